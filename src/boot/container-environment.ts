import { join } from "node:path";
import type { Host } from "../host/host.ts";

/** One file per variable; `with-contenv` gives them to every service and to the container's command. */
export const CONTAINER_ENVIRONMENT = "/run/s6/container_environment";

/**
 * Returns a variable that the container was started with; null if it is empty, and outside the image.
 */
export function readContainerVariable(host: Host, name: string): string | null {
  const text = host.files.readSystemFile(join(CONTAINER_ENVIRONMENT, name)) ?? "";
  const value = text.endsWith("\n") ? text.slice(0, -1) : text;
  return value === "" ? null : value;
}

/** Sets a variable for what starts from now on. Does nothing outside the image. */
export function setContainerVariable(host: Host, name: string, value: string): void {
  if (!host.files.isDirectory(CONTAINER_ENVIRONMENT)) return;
  const path = join(CONTAINER_ENVIRONMENT, name);
  host.files.removeFile(path);
  host.files.createFile(path, `${value}\n`, 0o644);
}

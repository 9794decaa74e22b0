import { join } from "node:path";
import { CONTAINER_ENVIRONMENT, isImage } from "../core/image.ts";
import type { Host } from "../host/host.ts";

/** Returns a variable that the container was started with; null if it is empty, and outside the image. */
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

const IMAGE_HOME = "/opt/data";

/**
 * Returns the image's volume if HERMES_HOME is empty or unset (`su -`, cron, `HERMES_HOME=` in a Compose file): the one
 * that the container was started with, else the image's own. Null outside the image.
 */
export function readImageHome(host: Host): string | null {
  if (!isImage(host)) return null;
  return readContainerVariable(host, "HERMES_HOME") ?? IMAGE_HOME;
}

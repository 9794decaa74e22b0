import { join } from "node:path";
import type { Host } from "../host/host.ts";

/** One file per variable; `with-contenv` gives them to every service and to the container's command. */
export const CONTAINER_ENVIRONMENT = "/run/s6/container_environment";

/** Sets a variable for what starts from now on. Does nothing outside the image. */
export function setContainerVariable(host: Host, name: string, value: string): void {
  if (!host.files.isDirectory(CONTAINER_ENVIRONMENT)) return;
  const path = join(CONTAINER_ENVIRONMENT, name);
  host.files.removeFile(path);
  host.files.createFile(path, `${value}\n`, 0o644);
}

import type { Host } from "../host/host.ts";
import { isImage } from "../core/image.ts";
import { readContainerVariable } from "./container-environment.ts";

const IMAGE_HOME = "/opt/data";

/**
 * Returns the image's volume if HERMES_HOME is empty or unset (`su -`, cron, `HERMES_HOME=` in a Compose file): the
 * one that the container was started with, else the image's own. Null outside the image.
 */
export function readImageHome(host: Host): string | null {
  if (!isImage(host)) return null;
  return readContainerVariable(host, "HERMES_HOME") ?? IMAGE_HOME;
}

import type { Host } from "../host/host.ts";

/** The script through which the container's command runs, in every way of starting the image. */
export const MAIN_WRAPPER = "/usr/local/lib/hermes/main-wrapper.sh";

/** The image's entry point. */
export const ENTRY_POINT = "/usr/local/lib/hermes/entrypoint.sh";

/** The image's init, in front of s6-overlay's and of the fallback init. */
export const INIT = "/init";

/** The fallback init. */
export const FALLBACK_INIT = "/usr/local/lib/hermes/plain/init";

/** s6-overlay's own init, which the image's stands in front of. */
export const OVERLAY_INIT = "/usr/local/lib/hermes/s6-overlay-init";

/** The script of s6-overlay that brings the services up and runs the container's command. */
export const OVERLAY_BOOT = "/run/s6/basedir/scripts/rc.init";

/** The same of the fallback init. */
export const FALLBACK_BOOT = "/usr/local/lib/hermes/plain/boot";

/** The program of s6-overlay that starts another one with the container's environment. */
export const WITH_CONTENV = "/command/with-contenv";

/** The container's environment: a file for each variable, for every service and the container's command. */
export const CONTAINER_ENVIRONMENT = "/run/s6/container_environment";

/** The registrar's directory, which is root's, so that hermes cannot swap the socket. */
export const REGISTRAR_DIRECTORY = "/run/hermes-registrar";

/** Returns true in the image, false on a host. */
export function isImage(host: Host): boolean {
  return host.files.exists(MAIN_WRAPPER);
}

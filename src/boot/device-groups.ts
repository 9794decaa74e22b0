import { join } from "node:path";
import type { Host } from "../host/host.ts";

const DOCKER_SOCKET = "/var/run/docker.sock";
const GRAPHICS = "/dev/dri";

/** Read and write for the group, and for everybody. */
const GROUP_ACCESS = 0o060;
const EVERYBODY = 0o006;

/** Returns the engine's socket and the graphics devices that are mounted, if a group may use them and not everybody. */
export function listDevices(
  host: Host,
): readonly { readonly path: string; readonly gid: number }[] {
  const graphics = host.files.listDirectory(GRAPHICS);
  const names = graphics.kind === "names" ? graphics.names : [];
  const paths = [DOCKER_SOCKET, ...names.map((name) => join(GRAPHICS, name))];
  return paths.flatMap((path) => {
    const status = host.files.readStatus(path);
    const isDevice = status?.kind === "socket" || status?.kind === "other";
    if (!isDevice || (status.mode & EVERYBODY) === EVERYBODY) return [];
    return (status.mode & GROUP_ACCESS) === GROUP_ACCESS ? [{ path, gid: status.gid }] : [];
  });
}

import { join } from "node:path";
import type { Host } from "../host/host.ts";

const DOCKER_SOCKET = "/var/run/docker.sock";
const GRAPHICS = "/dev/dri";

/** Read and write for the group, and for everybody. */
const GROUP_ACCESS = 0o060;
const EVERYBODY = 0o006;

interface MountedDevice {
  readonly path: string;
  readonly gid: number;
}

/** The devices and sockets that a group may use, and not everybody. */
function listDevices(host: Host): readonly MountedDevice[] {
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

/**
 * Returns the groups of the engine's socket and of the graphics devices that an operator mounted: what is mounted is
 * meant to be used. The group root is not among them, for it may read much else in the image and on volumes.
 */
export function findDeviceGroups(host: Host): readonly number[] {
  return [...new Set(listDevices(host).map(({ gid }) => gid))].filter((gid) => gid !== 0);
}

/** Returns the paths of those that only root and the group root may use. */
export function listRootDevices(host: Host): readonly string[] {
  return listDevices(host)
    .filter(({ gid }) => gid === 0)
    .map(({ path }) => path);
}

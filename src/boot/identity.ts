import type { Host } from "../host/host.ts";
import type { User } from "../host/users.ts";
import { listDevices } from "./device-groups.ts";
import {
  addToGroups,
  listOtherIds,
  readUserMap,
  remapGroup,
  remapPasswd,
  type UserMap,
} from "./user-map.ts";

const ETC = "/etc";
const PASSWD = "/etc/passwd";
const GROUP = "/etc/group";

/** The ids that the environment asks for; an id that is none is said, and the image's stay. */
function wantedIds(host: Host, image: User): UserMap {
  const wanted = readUserMap(host.environment, image);
  if ("uid" in wanted) return wanted;
  const value = JSON.stringify(wanted.value);
  host.output.note(
    `✗ ${wanted.variable}=${value} is not an id from 1 to 65534; hermes stays ${image.uid}:${image.gid}`,
  );
  return image;
}

function replaceIfChanged(host: Host, path: string, change: (text: string) => string): void {
  const text = host.files.readSystemFile(path);
  if (text === null) throw new Error(`${path} cannot be read`);
  const changed = change(text);
  if (changed !== text) host.files.writeFileAtomically(path, changed, 0o644);
}

/**
 * The groups of `docker run --group-add`, and of the engine's socket and the graphics devices that an operator mounted:
 * what is mounted is meant to be used. The group root is not among them, for it may read much else in the image and on
 * volumes: a device of its is said to be out of reach.
 */
function wantedGroups(host: Host): readonly number[] {
  const devices = listDevices(host);
  for (const { path } of devices.filter(({ gid }) => gid === 0)) {
    host.output.note(`warning: hermes may not use ${path}: it belongs to the group root`);
    host.output.note("  Hint: give it another group on the host (chgrp)");
  }
  const groups = new Set([...host.users.givenGroups(), ...devices.map(({ gid }) => gid)]);
  return [...groups].filter((gid) => gid !== 0);
}

/**
 * Gives user hermes the ids that `HERMES_UID`/`HERMES_GID` or `PUID`/`PGID` ask for, the groups of `docker run
 * --group-add`, and those of the engine's socket and graphics devices that are mounted. Returns the user as it is from
 * here on; what fails is said and boot goes on.
 */
export function prepareUser(host: Host, image: User): User {
  const { uid, gid } = wantedIds(host, image);
  const groups = wantedGroups(host).filter((group) => group !== gid);
  const isSame = uid === image.uid && gid === image.gid;
  try {
    replaceIfChanged(host, GROUP, (text) => {
      const remapped = gid === image.gid ? text : remapGroup(text, image.name, gid);
      return groups.length === 0 ? remapped : addToGroups(remapped, image.name, groups);
    });
    replaceIfChanged(host, PASSWD, (text) =>
      isSame ? text : remapPasswd(text, image.name, { uid, gid }),
    );
  } catch (error) {
    const reason = host.files.describeSystemError(error);
    const ids = `${image.uid}:${image.gid}`;
    const [what, other] = isSame
      ? [`give gateways the groups ${groups.join(", ")}`, `pass --user ${ids}, too`]
      : [`change the ids of hermes to ${uid}:${gid}`, `\`chown -R ${ids}\` the volume instead`];
    host.output.note(`✗ Cannot ${what}: ${reason}`);
    // A file of a host, mounted over the image's, may be what takes no writes.
    const isMount = host.files.isWritable(ETC);
    const way = isMount ? "mount /etc/passwd and /etc/group without `ro`" : "leave out --read-only";
    host.output.note(`  Hint: ${way}, or ${other}`);
  }
  return host.users.findUserByName(image.name) ?? image;
}

/** Returns the reason why other ids cannot be had in a rootless container; null if none are asked for. */
export function describeIgnoredIds(host: Host): string | null {
  const uid = host.users.currentUid();
  const user = uid === 0 ? null : host.users.findUserById(uid);
  const ignored = user === null ? [] : listOtherIds(host.environment, user);
  if (ignored.length === 0) return null;
  const what = `${ignored.join(" and ")} ${ignored.length === 1 ? "has" : "have"} no effect`;
  return `${what}: the whole container runs as ${uid}; leave out --user`;
}

import { toPrintable } from "../core/printable.ts";

/** The uid and gid that user hermes is to have. */
export interface UserMap {
  readonly uid: number;
  readonly gid: number;
}

/** A variable whose value is no id. */
export interface InvalidId {
  readonly variable: string;
  readonly value: string;
}

const MAX_ID = 65_534;

/** Returns true if hermes may have this uid or gid: 1 to 65534. */
export function isPossibleId(id: number): boolean {
  return id >= 1 && id <= MAX_ID;
}

function parseId(text: string): number | null {
  const id = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return isPossibleId(id) ? id : null;
}

type Environment = Readonly<Record<string, string | undefined>>;

const PAIRS = [
  ["HERMES_UID", "HERMES_GID"],
  ["PUID", "PGID"],
] as const;

const given = (environment: Environment, name: string) =>
  environment[name] === "" ? undefined : environment[name];

/** The pair of variables that counts: the first of which one is given. */
function findPair(environment: Environment): (typeof PAIRS)[number] {
  const isGiven = (pair: (typeof PAIRS)[number]) =>
    pair.some((name) => given(environment, name) !== undefined);
  return PAIRS.find(isGiven) ?? PAIRS[1];
}

/** The variables that ask for other ids than these, as `NAME=value`. */
export function listOtherIds(environment: Environment, { uid, gid }: UserMap): readonly string[] {
  const [uidName, gidName] = findPair(environment);
  const wanted = [
    [uidName, uid],
    [gidName, gid],
  ] as const;
  return wanted.flatMap(([name, id]) => {
    const text = given(environment, name);
    return text === undefined || parseId(text) === id ? [] : [`${name}=${toPrintable(text, 40)}`];
  });
}

/**
 * Reads `HERMES_UID`/`HERMES_GID`, or `PUID`/`PGID` if neither of the first pair is given. What is not given keeps the
 * image's id. Ids are 1 to 65534.
 */
export function readUserMap(environment: Environment, image: UserMap): UserMap | InvalidId {
  const [uidName, gidName] = findPair(environment);
  const [uidText, gidText] = [given(environment, uidName), given(environment, gidName)];
  const uid = uidText === undefined ? image.uid : parseId(uidText);
  const gid = gidText === undefined ? image.gid : parseId(gidText);
  if (uid === null) return { variable: uidName, value: uidText ?? "" };
  if (gid === null) return { variable: gidName, value: gidText ?? "" };
  return { uid, gid };
}

function mapLine(text: string, name: string, change: (fields: string[]) => void): string {
  return text
    .split("\n")
    .map((line) => {
      const fields = line.split(":");
      if (fields[0] !== name) return line;
      change(fields);
      return fields.join(":");
    })
    .join("\n");
}

/** Returns `/etc/passwd` with the user's ids changed, in front of another user of that uid, whose name it would get. */
export function remapPasswd(text: string, user: string, map: UserMap): string {
  const changed = mapLine(text, user, (fields) => {
    fields[2] = String(map.uid);
    fields[3] = String(map.gid);
  });
  const lines = changed.split("\n");
  const own = lines.findIndex((line) => line.startsWith(`${user}:`));
  const first = lines.findIndex((line) => line.split(":")[2] === String(map.uid));
  if (first < own) lines.splice(first, 0, ...lines.splice(own, 1));
  return lines.join("\n");
}

/** `/etc/group` with the group's id changed; an id that another group has already is shared. */
export function remapGroup(text: string, group: string, gid: number): string {
  return mapLine(text, group, (fields) => {
    fields[2] = String(gid);
  });
}

/**
 * `/etc/group` with the user in each of the groups `gids`, so that whatever drops to the user by name (`s6-setuidgid`,
 * `docker exec`) gets what `docker run --group-add` gave. Unknown ids get a group.
 */
export function addToGroups(text: string, user: string, gids: readonly number[]): string {
  const lines = text.split("\n").filter((line) => line !== "");
  for (const gid of gids) {
    const index = lines.findIndex((line) => line.split(":")[2] === String(gid));
    const [name, password, id, members = ""] = (lines[index] ?? `gid${gid}:x:${gid}:`).split(":");
    const names = members.split(",").filter((member) => member !== "" && member !== user);
    const line = [name, password, id, [...names, user].join(",")].join(":");
    if (index < 0) lines.push(line);
    else lines[index] = line;
  }
  return `${lines.join("\n")}\n`;
}

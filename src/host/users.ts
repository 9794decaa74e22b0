import { readSystemFile } from "./reading.ts";

/** A line of `/etc/passwd`. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** Returns true for an id. An empty field is none; `Number` would take it for root's. */
function isId(text: string | undefined): text is string {
  return text !== undefined && /^\d+$/.test(text);
}

/** Parses `/etc/passwd`; broken lines are left out. */
export function parsePasswd(text: string): readonly User[] {
  return text.split("\n").flatMap((line) => {
    const [name, , uid, gid, , home] = line.split(":");
    if (name === undefined || name === "" || home === undefined) return [];
    if (!isId(uid) || !isId(gid)) return [];
    return [{ name, uid: Number(uid), gid: Number(gid), home }];
  });
}

function findUser(matches: (user: User) => boolean): User | null {
  return parsePasswd(readSystemFile("/etc/passwd") ?? "").find(matches) ?? null;
}

export function findUserByName(name: string): User | null {
  return findUser((user) => user.name === name);
}

export function findUserById(uid: number): User | null {
  return findUser((user) => user.uid === uid);
}

export function currentUid(): number {
  return process.getuid?.() ?? -1;
}

export function currentGid(): number {
  return process.getgid?.() ?? -1;
}

/** Returns the supplementary groups of this process, without root's and its own. */
export function givenGroups(): readonly number[] {
  const own = new Set([0, currentGid()]);
  return (process.getgroups?.() ?? []).filter((group) => !own.has(group));
}

/**
 * Does `work` with another group for the files that it creates and the children that it starts: root's files get this
 * group without CAP_CHOWN. Throws if the kernel refuses; `work` must not wait for anything.
 */
export function withGroup<T>(gid: number, work: () => T): T {
  const before = process.getegid?.() ?? -1;
  process.setegid?.(gid);
  try {
    return work();
  } finally {
    process.setegid?.(before);
  }
}

/** Does `work` as a user, so that root makes files for it without CAP_CHOWN; it must not wait for anything. */
export function withUser<T>(user: User, work: () => T): T {
  const before = process.geteuid?.() ?? -1;
  return withGroup(user.gid, () => {
    process.seteuid?.(user.uid);
    try {
      return work();
    } finally {
      process.seteuid?.(before);
    }
  });
}

/** A function that Node and Bun have (process.initgroups) and @types/bun 1.4.4 leaves out. */
interface InitGroups {
  readonly initgroups?: (user: string, extraGroup: number) => void;
}

/** Sets the groups of a user: its own, and those that this process was given, without root's. */
function takeGroups(user: User): void {
  const { initgroups } = process as typeof process & InitGroups;
  if (initgroups === undefined || process.setgroups === undefined) {
    throw new Error("this platform cannot change users");
  }
  const given = givenGroups();
  initgroups.call(process, user.name, user.gid);
  process.setgroups([...new Set([...(process.getgroups?.() ?? []), ...given])]);
}

/**
 * Does `work` with exactly the rights of a user, then is root again: the kernel judges file access as the user's
 * (credentials(7)). It must not wait for anything, nor start a child. Throws if the kernel refuses the change.
 */
export function actAsUser<T>(user: User, work: () => T): T {
  const before = process.getgroups?.() ?? [];
  takeGroups(user);
  try {
    return withUser(user, work);
  } finally {
    process.setgroups?.(before);
  }
}

/**
 * Gives up root for good: groups (the user's own and those that this process was given, without root's), gid, uid, and
 * the variables that name a user. Throws if the kernel refuses.
 */
export function becomeUser(user: User): void {
  takeGroups(user);
  process.setgid?.(user.gid);
  process.setuid?.(user.uid);
  if (process.getuid?.() !== user.uid || process.geteuid?.() !== user.uid) {
    throw new Error(`still uid ${process.getuid?.()} after the change to ${user.uid}`);
  }
  nameUser(user);
}

/** Sets the variables that name a user. */
export function nameUser(user: User): void {
  process.env["HOME"] = user.home;
  process.env["USER"] = user.name;
  process.env["LOGNAME"] = user.name;
}

import { isKnownPlace, isSetting } from "../boot/owned-names.ts";
import { IMAGE_ID, mayWrite } from "../boot/volume-path.ts";
import { walkVolume } from "../boot/volume-walk.ts";
import type { FileStatus } from "../host/file-status.ts";
import type { Host } from "../host/host.ts";
import type { PinnedDirectory, PinnedStatus } from "../host/pinned.ts";
import { listNames, problem, warning, type Finding } from "./finding.ts";

/** Milliseconds for all of the volume; what is not seen by then is said to be unseen. */
const LIMIT_MS = 20_000;

/** A file or directory of another user's that this one cannot write to. */
interface ForeignFile {
  readonly path: string;
  readonly status: FileStatus;
}

interface Search {
  readonly found: readonly ForeignFile[];
  /** What could not be looked at, with the reason. */
  readonly unseen: readonly string[];
  readonly isWhole: boolean;
}

/** Whether this user may do with a file of another user's what hermes does with its own. */
function isUsable(host: Host, path: string, status: FileStatus): boolean {
  const self = { uid: host.users.currentUid(), gid: host.users.currentGid() };
  if (mayWrite(host, self, status)) return true;
  // The group's bits are the mask of an access list, where there is one (acl(5)).
  return (status.mode & 0o020) !== 0 && host.files.isWritable(path);
}

/** The top of what is mounted at a place that hermes needs: writable, or readable if it is for settings. */
function isUsableMount(host: Host, path: string, status: FileStatus): boolean {
  if (!isSetting(path)) return isUsable(host, path, status);
  const outcome = host.files.openFile(path);
  if (outcome.kind === "file") outcome.file.close();
  return outcome.kind !== "unreadable";
}

function search(host: Host, root: string, top: PinnedDirectory): Search {
  const own = host.users.currentUid();
  const found: ForeignFile[] = [];
  const unseen: string[] = [];
  const add = (path: string, status: FileStatus) => void found.push({ path, status });
  const judged = ({ kind, uid }: PinnedStatus) =>
    uid !== own && (kind === "file" || kind === "directory");
  const isLost = (path: string, { uid }: FileStatus) => path === `${root}/lost+found` && uid === 0;
  if (judged(top.status) && !isUsable(host, root, top.status)) add(root, top.status);
  const isWhole = walkVolume(
    host,
    root,
    top,
    {
      // What is in another user's directory is that user's.
      enters: (_, { uid }) => uid === own,
      isWrong: judged,
      handle: (path, { status }) => {
        if (!isLost(path, status) && !isUsable(host, path, status)) add(path, status);
      },
      entersMount: (path, { status }) => {
        if (status.uid === own) return status.kind === "directory" && own === IMAGE_ID;
        if (isKnownPlace(root, path) && !isUsableMount(host, path, status)) add(path, status);
        return false;
      },
      link: () => undefined,
      failed: (path, _, error) => {
        unseen.push(`${path} (${host.files.describeSystemError(error)})`);
      },
    },
    { limitMs: LIMIT_MS, names: null },
  );
  return { found: found.toSorted((a, b) => (a.path < b.path ? -1 : 1)), unseen, isWhole };
}

function describe(host: Host, { found }: Search, isContainer: boolean): Finding {
  const own = host.users.currentUid();
  const name = host.users.findUserById(own)?.name ?? `uid ${own}`;
  const uids = [...new Set(found.map(({ status }) => status.uid))].toSorted((a, b) => a - b);
  const canRootMend = isContainer && uids.some((uid) => uid === 0 || uid === IMAGE_ID);
  const byHand = `\`chown -h ${own}\` as root`;
  return problem({
    message: `not ${name}'s, but of uid ${listNames(uids.map(String))}: ${listNames(found.map(({ path }) => path))}`,
    cause: "gateways and commands may not write there",
    remedy: canRootMend
      ? `\`hermes doctor --fix\` as root, or a restart of the container, gives hermes what root left; else ${byHand}`
      : byHand,
  });
}

/** Looks at everything on the volume for what another user owns and this one cannot write to; follows no link. */
export function judgeOwners(host: Host, root: string, isContainer: boolean): readonly Finding[] {
  let top: PinnedDirectory;
  try {
    top = host.files.openPinnedDirectory(root);
  } catch {
    // The check of the volume itself says what is wrong with it.
    return [];
  }
  try {
    const result = search(host, root, top);
    const foreign = result.found.length > 0 ? [describe(host, result, isContainer)] : [];
    const { unseen, isWhole } = result;
    const rest = isWhole
      ? unseen
      : [...unseen, `the rest of ${root} (too much, or too deep a directory)`];
    if (rest.length === 0) return foreign;
    const finding = warning({
      message: `not looked at: ${listNames(rest)}`,
      cause: "another user's files there are not found",
      remedy: `\`find ${root} -xdev ! -user ${host.users.currentUid()}\` as root lists them`,
    });
    return [...foreign, finding];
  } finally {
    top.close();
  }
}

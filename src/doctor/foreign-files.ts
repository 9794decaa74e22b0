import { isKnownPlace, isSetting } from "../boot/owned-names.ts";
import { IMAGE_ID, mayWrite } from "../boot/volume-path.ts";
import { walkVolume } from "../boot/volume-walk.ts";
import type { FileStatus } from "../host/file-status.ts";
import type { Host } from "../host/host.ts";
import type { PinnedDirectory, PinnedStatus } from "../host/pinned.ts";
import { listPaths, type FileEntry } from "./file-entries.ts";
import { listNames, problem, warning, type Finding } from "./finding.ts";

/** Milliseconds for the whole volume; files that are not reached in that time are reported as not checked. */
const LIMIT_MS = 20_000;

interface Search {
  /** The files and directories of other users that this user cannot write to. */
  readonly found: readonly FileEntry[];
  /** The paths that could not be read, with the reason. */
  readonly unread: readonly string[];
  readonly isWhole: boolean;
}

/** Returns true if this user may use a file of another user as its own. */
function isUsable(host: Host, path: string, status: FileStatus): boolean {
  const self = { uid: host.users.currentUid(), gid: host.users.currentGid() };
  if (mayWrite(host, self, status)) return true;
  // The group's bits are the mask of an access list, if there is one (acl(5)).
  return (status.mode & 0o020) !== 0 && host.files.isWritable(path);
}

/** Returns true if a mount point is writable, or readable if it holds settings. */
function isUsableMount(host: Host, path: string, status: FileStatus): boolean {
  if (!isSetting(path)) return isUsable(host, path, status);
  const outcome = host.files.openFile(path);
  if (outcome.kind === "file") outcome.file.close();
  return outcome.kind !== "unreadable";
}

function search(host: Host, root: string, top: PinnedDirectory): Search {
  const own = host.users.currentUid();
  const found: FileEntry[] = [];
  const unread: string[] = [];
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
      // Another user's directory is reported as a whole.
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
        unread.push(`${path} (${host.files.describeSystemError(error)})`);
      },
    },
    { limitMs: LIMIT_MS, names: null },
  );
  return { found: found.toSorted((a, b) => (a.path < b.path ? -1 : 1)), unread, isWhole };
}

function describe(host: Host, { found }: Search, isContainer: boolean): Finding {
  const own = host.users.currentUid();
  const name = host.users.findUserById(own)?.name ?? `uid ${own}`;
  const uids = [...new Set(found.map(({ status }) => status.uid))].toSorted((a, b) => a - b);
  const canRootRepair = isContainer && uids.some((uid) => uid === 0 || uid === IMAGE_ID);
  const byHand = `run \`chown -h ${own}\` on each as root`;
  return problem({
    message: `gateways and commands cannot write to ${listPaths(found)}`,
    cause: `uid ${listNames(uids.map(String))} owns them, not ${name}`,
    remedy: canRootRepair
      ? `run \`hermes doctor --fix\` as root or restart the container, which gives root's files to hermes; for other owners ${byHand}`
      : byHand,
  });
}

/** Finds the files on the volume that another user owns and this user cannot write to; follows no link. */
export function judgeOwners(host: Host, root: string, isContainer: boolean): readonly Finding[] {
  let top: PinnedDirectory;
  try {
    top = host.files.openPinnedDirectory(root);
  } catch {
    // The check of the volume itself reports this.
    return [];
  }
  try {
    const result = search(host, root, top);
    const foreign = result.found.length > 0 ? [describe(host, result, isContainer)] : [];
    const { unread, isWhole } = result;
    const rest = isWhole
      ? unread
      : [...unread, `the rest of ${root} (too much, or too deep a directory)`];
    if (rest.length === 0) return foreign;
    const finding = warning({
      message: `the owners of some files were not checked: ${listNames(rest)}`,
      cause: "they cannot be read, or the check would take too long",
      remedy: `list files of other users as root: \`find ${root} -xdev ! -user ${host.users.currentUid()}\``,
    });
    return [...foreign, finding];
  } finally {
    top.close();
  }
}

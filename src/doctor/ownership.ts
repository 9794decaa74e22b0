import { join } from "node:path";
import { OWNED_NAMES } from "../boot/owned-names.ts";
import type { Host } from "../host/host.ts";
import type { FileStatus } from "../host/file-status.ts";
import { gatewayLogsDirectory, profileDirectory, profilesDirectory } from "../profiles/paths.ts";
import { listProfiles } from "../profiles/store.ts";
import { listNames, orOk, problem, type Check, type Finding } from "./finding.ts";
import { judgeOwners } from "./foreign-files.ts";
import { judgeSecrets } from "./secrets.ts";

/** A file or directory that exists. */
interface Entry {
  readonly path: string;
  readonly status: FileStatus;
}

/** Returns the files and directories among paths, without links and without those that cannot be read. */
function readEntries(host: Host, paths: ReadonlySet<string>): readonly Entry[] {
  return [...paths].flatMap((path) => {
    try {
      const status = host.files.readStatus(path);
      return status?.kind === "file" || status?.kind === "directory" ? [{ path, status }] : [];
    } catch {
      return [];
    }
  });
}

const octal = (mode: number) => mode.toString(8).padStart(4, "0");

/** Returns the mode bits that the owner needs. */
const neededMode = ({ status }: Entry) => (status.kind === "directory" ? 0o700 : 0o600);

const pathsOf = (entries: readonly Entry[]) => listNames(entries.map(({ path }) => path));
const modesOf = (entries: readonly Entry[]) =>
  listNames(entries.map(({ path, status }) => `${path} (${octal(status.mode)})`));

function judgeModes(host: Host, entries: readonly Entry[]): readonly Finding[] {
  const closed = entries.filter((entry) => {
    const needed = neededMode(entry);
    return (entry.status.mode & needed) !== needed;
  });
  if (closed.length === 0) return [];
  return [
    problem({
      message: `gateways and commands cannot read or write ${modesOf(closed)}`,
      cause: "the modes deny it to the owner",
      remedy: "run `chmod u+rwX` on each",
      repair: {
        action: `opened to their owner: ${pathsOf(closed)}`,
        run: async () => {
          for (const entry of closed) {
            host.files.setMode(entry.path, entry.status.mode | neededMode(entry));
          }
        },
      },
    }),
  ];
}

/** Checks that hermes owns the files on the volume and may use those that the image knows; follows no link. */
export const OWNERSHIP: Check = {
  id: "ownership",
  title: "Owners and modes",
  // Root may do everything, so that its own rights say nothing.
  applies: ({ host }) => host.users.currentUid() !== 0,
  run: async (context) => {
    const { host, root, manager } = context;
    const directories = listProfiles(host, root).map((name) => profileDirectory(root, name));
    const names = directories.flatMap((path) => OWNED_NAMES.map((name) => join(path, name)));
    const above = [root, profilesDirectory(root), gatewayLogsDirectory(root)];
    const all = readEntries(host, new Set([...above, ...directories, ...names]));
    const own = all.filter(({ status }) => status.uid === host.users.currentUid());
    return orOk(
      [
        ...judgeOwners(host, root, manager.kind === "s6"),
        ...judgeModes(host, own),
        ...judgeSecrets(context, directories),
      ],
      `${all.length} files and directories have the right owner and mode`,
    );
  },
};

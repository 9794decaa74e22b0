import { join } from "node:path";
import { OWNED_NAMES } from "../boot/owned-names.ts";
import type { Host } from "../host/host.ts";
import type { FileStatus } from "../host/file-status.ts";
import { gatewayLogsDirectory, profileDirectory, profilesDirectory } from "../profiles/paths.ts";
import { listProfiles } from "../profiles/store.ts";
import { listNames, orOk, problem, type Check, type Finding } from "./finding.ts";
import { judgeOwners } from "./foreign-files.ts";
import { judgeSecrets } from "./secrets.ts";

/** One path that exists, and what it is. */
interface Entry {
  readonly path: string;
  readonly status: FileStatus;
}

/** The files and directories among paths; what is not there, is a link, or cannot be looked at is left out. */
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

/** What the owner has to be allowed at least. */
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
      message: `closed to their own owner: ${modesOf(closed)}`,
      cause: "gateways and commands cannot read or write there",
      remedy: "`chmod u+rwX` on each",
      repair: {
        action: `opened to their owner: ${pathsOf(closed)}`,
        mend: async () => {
          for (const entry of closed) {
            host.files.setMode(entry.path, entry.status.mode | neededMode(entry));
          }
        },
      },
    }),
  ];
}

/** Whether hermes owns what is on the volume, and may use what the image knows there; no link is looked at. */
export const OWNERSHIP: Check = {
  id: "ownership",
  title: "Owners and modes",
  // Root may do everything, and learns nothing by asking.
  applies: ({ host }) => host.users.currentUid() !== 0,
  look: async (context) => {
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

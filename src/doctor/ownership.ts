import { join } from "node:path";
import { OWNED_NAMES } from "../boot/owned-names.ts";
import type { Host } from "../host/host.ts";
import { gatewayLogsDirectory, profileDirectory, profilesDirectory } from "../profiles/paths.ts";
import { listProfiles } from "../profiles/store.ts";
import { listModes, listPaths, readEntries, type FileEntry } from "./file-entries.ts";
import { orOk, problem, type Check, type Finding } from "./finding.ts";
import { judgeOwners } from "./foreign-files.ts";
import { judgeSecrets } from "./secrets.ts";

/** Returns the mode bits that the owner needs. */
const neededMode = ({ status }: FileEntry) => (status.kind === "directory" ? 0o700 : 0o600);

function judgeModes(host: Host, entries: readonly FileEntry[]): Finding | null {
  const closed = entries.filter((entry) => {
    const needed = neededMode(entry);
    return (entry.status.mode & needed) !== needed;
  });
  if (closed.length === 0) return null;
  return problem({
    message: `gateways and commands cannot read or write ${listModes(closed)}`,
    cause: "the modes deny it to the owner",
    remedy: "run `chmod u+rwX` on each",
    repair: {
      action: `opened to their owner: ${listPaths(closed)}`,
      run: async () => {
        for (const entry of closed)
          host.files.setMode(entry.path, entry.status.mode | neededMode(entry));
      },
    },
  });
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
    const all = readEntries(host, [...new Set([...above, ...directories, ...names])]);
    const own = all.filter(({ status }) => status.uid === host.users.currentUid());
    return orOk(
      [
        ...judgeOwners(host, root, manager.kind === "s6"),
        judgeModes(host, own),
        judgeSecrets(context, directories),
      ],
      `${all.length} files and directories have the right owner and mode`,
    );
  },
};

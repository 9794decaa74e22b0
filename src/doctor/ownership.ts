import { join } from "node:path";
import { OWNED_NAMES } from "../boot/ownership.ts";
import type { Host } from "../host/host.ts";
import type { FileStatus } from "../host/reading.ts";
import { profileDirectory, profilesDirectory } from "../profiles/paths.ts";
import { listProfiles } from "../profiles/store.ts";
import { orOk, problem, warning, type Check, type Finding } from "./finding.ts";

/** One name in a profile's directory that exists, and what it is. */
interface Entry {
  readonly path: string;
  readonly status: FileStatus;
}

function readEntries(host: Host, directory: string, names: readonly string[]): readonly Entry[] {
  return names.flatMap((name) => {
    const path = join(directory, name);
    try {
      const status = host.files.readStatus(path);
      return status === null ? [] : [{ path, status }];
    } catch {
      return [];
    }
  });
}

const octal = (mode: number) => mode.toString(8).padStart(4, "0");

/** Judges who owns a known name, and what its mode lets the owner do; links are nobody's business. */
function judgeEntry(host: Host, { path, status }: Entry): readonly Finding[] {
  const { kind, uid, mode } = status;
  if (kind !== "file" && kind !== "directory") return [];
  const own = host.users.currentUid();
  if (uid !== own) {
    return [
      problem({
        what: `${path} belongs to uid ${uid}, not to ${host.users.findUserById(own)?.name ?? `uid ${own}`}`,
        why: "gateways and commands may not write to it",
        todo: `restart the container, which mends what root left; else \`chown -h ${own}\` it as root`,
      }),
    ];
  }
  const needed = kind === "directory" ? 0o700 : 0o600;
  if ((mode & needed) !== needed) {
    const mend = async () => host.files.setMode(path, mode | needed);
    return [
      problem({
        what: `${path} has mode ${octal(mode)}: its owner may not use it`,
        why: "gateways and commands cannot read or write it",
        todo: `\`chmod u+rw${kind === "directory" ? "x" : ""} ${path}\``,
        repair: { done: `gave its owner ${path}`, mend },
      }),
    ];
  }
  if (!path.endsWith("/.env") || (mode & 0o077) === 0) return [];
  return [
    warning({
      what: `${path} has mode ${octal(mode)}: others may read the secrets in it`,
      why: "keys and tokens are in it",
      todo: `\`chmod 600 ${path}\``,
      repair: {
        done: `kept others from ${path}`,
        mend: async () => host.files.setMode(path, mode & 0o700),
      },
    }),
  ];
}

/** Whether hermes owns, and may use, what the image knows on the volume; nothing else is looked at. */
export const OWNERSHIP: Check = {
  id: "ownership",
  title: "Owners and modes",
  // Root may do everything, and learns nothing by asking.
  applies: ({ host }) => host.users.currentUid() !== 0,
  look: async ({ host, root }) => {
    const directories = listProfiles(host, root).map((name) => profileDirectory(root, name));
    const entries = [root, profilesDirectory(root), ...directories].flatMap((path) =>
      readEntries(host, path, [""]),
    );
    const known = directories.flatMap((path) => readEntries(host, path, OWNED_NAMES));
    const all = new Map([...entries, ...known].map((entry) => [join(entry.path), entry]));
    return orOk(
      [...all.values()].flatMap((entry) => judgeEntry(host, entry)),
      `${all.size} files and directories have the right owner and mode`,
    );
  },
};

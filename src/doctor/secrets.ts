import { configPath, environmentFilePath } from "../profiles/paths.ts";
import { listModes, listPaths, readEntries, type FileEntry } from "./file-entries.ts";
import { warning, type DoctorContext, type Finding } from "./finding.ts";

const MAX_BYTES = 262_144;
/** The bits of all other users. A mode for a group (0640, 0660) is an operator's decision. */
const FOR_OTHERS = 0o007;

/** Finds files that all users may read: each `.env`, and each `config.yaml` with a key. Follows no link. */
export function judgeSecrets(
  { host, agent }: Pick<DoctorContext, "host" | "agent">,
  profiles: readonly string[],
): Finding | null {
  const readOpen = (path: string): readonly FileEntry[] =>
    readEntries(host, [path]).filter(
      ({ status: { kind, uid, mode } }) =>
        kind === "file" && uid === host.users.currentUid() && (mode & FOR_OTHERS) !== 0,
    );
  const holdsKey = ({ path }: FileEntry): boolean => {
    const outcome = host.files.readTextFile(path, MAX_BYTES);
    return outcome.kind === "text" && agent.holdsSecret(outcome.text);
  };
  const open = profiles.flatMap((profile) => [
    ...readOpen(environmentFilePath(profile)),
    ...readOpen(configPath(profile)).filter(holdsKey),
  ]);
  if (open.length === 0) return null;
  return warning({
    message: `all users can read the secrets in ${listModes(open)}`,
    cause: "the modes allow it",
    remedy: "run `chmod 600` on each",
    repair: {
      action: `closed to others: ${listPaths(open)}`,
      run: async () => {
        for (const { path, status } of open) host.files.setMode(path, status.mode & 0o700);
      },
    },
  });
}

import type { Host } from "../host/host.ts";
import type { FileStatus } from "../host/file-status.ts";
import { configPath, environmentFilePath } from "../profiles/paths.ts";
import { listNames, warning, type DoctorContext, type Finding } from "./finding.ts";

type Parts = Pick<DoctorContext, "host" | "agent">;

/** A file with keys in it that all users may read. */
interface Open {
  readonly path: string;
  readonly status: FileStatus;
}

const MAX_BYTES = 262_144;
/** The bits of all other users. A mode for a group (0640, 0660) is an operator's decision. */
const FOR_OTHERS = 0o007;

/** Returns a file of this user that is open to all others; null for a link, whose target another program manages. */
function readOpen(host: Host, path: string): Open | null {
  try {
    const status = host.files.readStatus(path);
    const isOwn = status?.kind === "file" && status.uid === host.users.currentUid();
    return isOwn && (status.mode & FOR_OTHERS) !== 0 ? { path, status } : null;
  } catch {
    return null;
  }
}

function holdsKey({ host, agent }: Parts, path: string): boolean {
  const outcome = host.files.readTextFile(path, MAX_BYTES);
  return outcome.kind === "text" && agent.holdsSecret(outcome.text);
}

function listOpen(context: Parts, profile: string): readonly Open[] {
  const { host } = context;
  const config = readOpen(host, configPath(profile));
  const holds = config !== null && holdsKey(context, config.path);
  const environment = readOpen(host, environmentFilePath(profile));
  return [...(environment === null ? [] : [environment]), ...(holds ? [config] : [])];
}

const octal = (mode: number) => mode.toString(8).padStart(4, "0");

/** Finds files with keys that are open to all users: every `.env`, and each `config.yaml` with a key in it. */
export function judgeSecrets(context: Parts, profiles: readonly string[]): readonly Finding[] {
  const { host } = context;
  const open = profiles.flatMap((path) => listOpen(context, path));
  if (open.length === 0) return [];
  const modes = open.map(({ path, status }) => `${path} (${octal(status.mode)})`);
  return [
    warning({
      message: `all users can read the secrets in ${listNames(modes)}`,
      cause: "the modes allow it",
      remedy: "run `chmod 600` on each",
      repair: {
        action: `closed to others: ${listNames(open.map(({ path }) => path))}`,
        run: async () => {
          for (const { path, status } of open) host.files.setMode(path, status.mode & 0o700);
        },
      },
    }),
  ];
}

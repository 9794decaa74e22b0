import type { Host } from "../host/host.ts";
import { ROOT_DIRECTORIES } from "../profiles/paths.ts";
import { listSeed, type SeedPart } from "../profiles/store.ts";

/** Remedies for a volume that takes no seed at all, by the system's error. */
const VOLUME_HINTS: Readonly<Record<string, string>> = {
  EROFS: "mount it without `ro`: profiles and what gateways say of themselves are kept there",
  ENOSPC: "make room on it",
  EDQUOT: "make room on it",
  ENOTDIR: "set HERMES_HOME to a directory",
  ENOENT: "set HERMES_HOME to a directory",
};

interface Failure {
  readonly path: string;
  readonly code: string;
  readonly reason: string;
}

/** Makes one name. Returns what went wrong; null if it is there now. */
function tryPart(host: Host, { path, make }: SeedPart): Failure | null {
  try {
    make();
    return null;
  } catch (error) {
    const code = host.files.errorCode(error) ?? "";
    return { path, code, reason: host.files.describeSystemError(error) };
  }
}

/** Returns the line about a failure: about one name, or about the volume if all of it refuses. */
function describeFailure(root: string, { path, code, reason }: Failure, isAll: boolean): string {
  const hint = VOLUME_HINTS[code];
  if (hint !== undefined) return `warning: cannot seed ${root}: ${reason}; ${hint}`;
  if (isAll) return `warning: cannot seed ${root}: ${reason}`;
  const next = code === "EEXIST" ? "; a directory belongs there: move away what is there now" : "";
  return `warning: cannot make ${path}: ${reason}${next}`;
}

/** Puts missing first files of an installation on the volume. Reports each failure once and goes on. */
export function seedVolume(host: Host, root: string): void {
  const make = () => host.files.ensureDirectory(root, 0o755);
  const refusal = tryPart(host, { path: root, make });
  if (refusal !== null) {
    host.output.note(describeFailure(root, refusal, true));
    return;
  }
  const parts = listSeed(host, root, ROOT_DIRECTORIES);
  const failures = parts.flatMap((part) => tryPart(host, part) ?? []);
  const isAll = failures.length === parts.length;
  // Every name below one that failed fails, too.
  const first = failures.filter(
    ({ path }) => !failures.some((other) => path.startsWith(`${other.path}/`)),
  );
  const lines = first.map((failure) => describeFailure(root, failure, isAll));
  for (const line of new Set(lines)) host.output.note(line);
}

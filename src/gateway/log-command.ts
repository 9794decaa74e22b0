import type { Host } from "../host/host.ts";
import type { ProfileName } from "../profiles/name.ts";
import { gatewayLogDirectory } from "../profiles/paths.ts";

/** Archives kept, and bytes of each. */
const ARCHIVES = 10;
const ARCHIVE_BYTES = 1_000_000;

/**
 * s6-ftrigrd, which s6-notifyoncheck starts, says this on a busy machine where a gateway ends just after it became
 * ready (s6 2.11 to 2.15). It harms nothing, and reads as if the gateway had failed.
 */
const LEFT_OUT = "-^s6-ftrigrd: fatal: unable to flush asyncout: Broken pipe$";

/** The arguments of s6-log for the container's output alone. */
export const OUTPUT_ONLY: readonly string[] = [LEFT_OUT, "1"];

/**
 * The arguments of s6-log for a gateway: every line to the container's output, where engines add times of
 * their own, and to the volume, with a TAI64N label (a time that no zone changes). If the volume takes no
 * log, to the output alone, and it says so.
 */
export function prepareLog(host: Host, root: string, name: ProfileName): readonly string[] {
  const directory = gatewayLogDirectory(root, name);
  try {
    host.files.ensureDirectory(directory, 0o755);
    const probe = `${directory}/.writable`;
    host.files.removeTree(probe);
    host.files.createFile(probe, "x\n", 0o600);
    host.files.removeTree(probe);
  } catch (error) {
    const reason = host.files.describeSystemError(error);
    host.output.note(
      `warning: gateway '${name}' logs to the container's output only: ${directory}: ${reason}`,
    );
    return OUTPUT_ONLY;
  }
  return [...OUTPUT_ONLY, `n${ARCHIVES}`, `s${ARCHIVE_BYTES}`, "t", directory];
}

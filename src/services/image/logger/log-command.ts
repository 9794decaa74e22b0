import type { Host } from "../../../host/host.ts";
import { findS6Program } from "../../s6/programs.ts";

/** Archives kept, and bytes of each. */
const ARCHIVES = 10;
const ARCHIVE_BYTES = 1_000_000;

/**
 * The line that s6-ftrigrd, which s6-notifyoncheck starts, writes on a busy machine if a gateway exits just after it
 * became ready (s6 2.11 to 2.15). It is harmless, and reads as if the gateway had failed.
 */
const NOISE = "s6-ftrigrd: fatal: unable to flush asyncout: Broken pipe";
const NOISE_LINE = Buffer.from(`${NOISE}\n`);

/** Returns true for a line, with its newline, that belongs in no log. */
export function isNoise(line: Uint8Array): boolean {
  return NOISE_LINE.equals(line);
}

/**
 * Bytes of data that s6-log may have. It keeps in memory what a destination does not take, without a limit of its own;
 * at this one it ends, and the relay takes its place. An engine reads a container's output more slowly than a gateway
 * can print: a burst of several megabytes must fit.
 */
const MEMORY_BYTES = 16_777_216;

const ROTATION = [`n${ARCHIVES}`, `s${ARCHIVE_BYTES}`];

/**
 * The command that takes every line to the container's output, where engines add times of their own, and to a directory
 * on the volume with a TAI64N label: a time that no zone changes.
 */
export function logCommand(host: Host, directory: string): readonly string[] {
  const limit = [findS6Program(host, "s6-softlimit"), "-d", String(MEMORY_BYTES)];
  const script = [`-^${NOISE}$`, "1", ...ROTATION, "t", directory];
  return [...limit, findS6Program(host, "s6-log"), "-qp", "--", ...script];
}

/** The command that takes lines with labels to the volume alone, and holds back no more than it has read at once. */
export function volumeLogCommand(host: Host, directory: string): readonly string[] {
  return [findS6Program(host, "s6-log"), "-qpb", "-l", "8300", "--", ...ROTATION, directory];
}

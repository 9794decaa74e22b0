import { dirname, join } from "node:path";
import type { Host } from "../host/host.ts";
import type { ProfileName } from "../profiles/name.ts";
import { bootLogPath, gatewayLogDirectory } from "../profiles/paths.ts";
import { BOOT_LOG, createStampedParser, parseBootLine, type LineParser } from "./log-line.ts";
import { writerZone } from "./time-zone.ts";

/** A log: a file that is appended to, and older ones that were renamed away from it. */
export interface LogSource {
  /** The name in front of its lines. */
  readonly name: string;
  /** The file that is appended to. */
  readonly current: string;
  readonly parse: LineParser;
  /** The older files, oldest first. */
  readonly listOlder: () => readonly string[];
}

/** An archive of s6-log: `@`, a TAI64N label, and `.s` or, after an interruption, `.u` (s6-log). */
const ARCHIVE = /^@[0-9a-f]{24}\.[su]$/;

/** Returns the log of a gateway, which s6-log writes. */
export function gatewayLog(host: Host, root: string, name: ProfileName): LogSource {
  const directory = gatewayLogDirectory(root, name);
  return {
    name,
    current: join(directory, "current"),
    parse: createStampedParser(name, () => writerZone(host)),
    listOlder: () => {
      const outcome = host.files.listDirectory(directory);
      const names = outcome.kind === "names" ? outcome.names : [];
      const archives = names.filter((one) => ARCHIVE.test(one)).toSorted();
      // s6-log is about to archive it.
      const leaving = names.filter((one) => one === "previous");
      return [...archives, ...leaving].map((one) => join(directory, one));
    },
  };
}

/** Returns the log of the boots. */
export function bootLog(host: Host, root: string): LogSource {
  const current = bootLogPath(root);
  const older = `${current}.1`;
  const listOlder = () => (host.files.readStatus(older) === null ? [] : [older]);
  return { name: BOOT_LOG, current, parse: parseBootLine, listOlder };
}

/** Returns true if there is, or was, such a log. */
export function logExists(host: Host, { current }: LogSource): boolean {
  return host.files.isDirectory(dirname(current));
}

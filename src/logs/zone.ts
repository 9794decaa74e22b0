import type { Host } from "../host/host.ts";
import { createOffsets, UTC, type OffsetAt } from "./offsets.ts";
import { parsePosixZone } from "./posix-zone.ts";
import { parseZoneFile } from "./zone-file.ts";

/** What the services of the container are started with: a file for each variable. */
const CONTAINER_ENVIRONMENT = "/run/s6/container_environment";
const LOCAL_TIME = "/etc/localtime";
const ZONES = "/usr/share/zoneinfo";
/** Names of UTC itself: its file may be the one that something is mounted on. */
const UTC_NAME = /^(?:Etc\/)?(?:UTC|UCT|GMT|Zulu)$/;
const ZONE_FILES = /\/zoneinfo\/(?:posix\/|right\/)?(.+)$/;
/** More than any zone file has. */
const MOST_BYTES = 65_536;

/** The offsets of a zone by its name, if there is no file of it; null if this runtime does not know it, either. */
function findZone(name: string): OffsetAt | null {
  try {
    return createOffsets(
      new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone,
    );
  } catch {
    return null;
  }
}

function readZoneFile(host: Host, path: string): OffsetAt | null {
  const bytes = host.files.readTargetBytes(path, MOST_BYTES);
  return bytes === null ? null : parseZoneFile(bytes);
}

/** A zone by the path of its file: what the file says, or else the zone that it is named after. */
function zoneOfPath(host: Host, path: string, name: string): OffsetAt {
  return readZoneFile(host, path) ?? findZone(ZONE_FILES.exec(name)?.[1] ?? "") ?? UTC;
}

/** The system's zone. A mount on `/etc/localtime` ends where the link leads: the content counts, not the name. */
function systemZone(host: Host): OffsetAt {
  return zoneOfPath(host, LOCAL_TIME, host.files.readLink(LOCAL_TIME) ?? "");
}

/** The zone that a value of `TZ` means (tzset(3)): a name, a path, or a rule; UTC if it is none of them. */
function zoneOf(host: Host, variable: string | undefined): OffsetAt {
  const name = variable?.trim().replace(/^:/, "") ?? "";
  if (name === "") return systemZone(host);
  if (name.startsWith("/")) return zoneOfPath(host, name, name);
  if (UTC_NAME.test(name)) return UTC;
  // The runtime's own zones last: they cost 5 MB.
  return readZoneFile(host, `${ZONES}/${name}`) ?? parsePosixZone(name) ?? findZone(name) ?? UTC;
}

/** The zone of the reader: `TZ`, or else the system's. */
export function readerZone(host: Host): OffsetAt {
  return zoneOf(host, host.environment["TZ"]);
}

/**
 * The zone in which earlier versions let s6-log write local time, as far as this can be known: the one that the container
 * has now.
 */
export function writerZone(host: Host): OffsetAt {
  // A command that has a `TZ` of its own did not start the logger.
  if (!host.files.isDirectory(CONTAINER_ENVIRONMENT)) return readerZone(host);
  return zoneOf(host, host.files.readSystemFile(`${CONTAINER_ENVIRONMENT}/TZ`) ?? "");
}

import { CONTAINER_ENVIRONMENT } from "../core/image.ts";
import type { Host } from "../host/host.ts";
import { createOffsets, UTC, type OffsetAt } from "./zone-offsets.ts";
import { parsePosixZone } from "./posix-zone.ts";
import { parseZoneFile } from "./zone-file.ts";

const LOCAL_TIME = "/etc/localtime";
const ZONES = "/usr/share/zoneinfo";
/** The names of UTC itself, for another file may be mounted on its file. */
const UTC_NAME = /^(?:Etc\/)?(?:UTC|UCT|GMT|Zulu)$/;
const ZONE_FILES = /\/zoneinfo\/(?:posix\/|right\/)?(.+)$/;
/** More than any zone file has. */
const MOST_BYTES = 65_536;

/** Returns the offsets of a zone by its name without its file; null if the runtime does not know it, either. */
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

/** Returns a zone by the path of its file: its content, or else the zone of that name. */
function zoneOfPath(host: Host, path: string, name: string): OffsetAt {
  return readZoneFile(host, path) ?? findZone(ZONE_FILES.exec(name)?.[1] ?? "") ?? UTC;
}

/** Returns the zone of a value of `TZ` (tzset(3)): a name, a path, or a rule; UTC if it is none of them. */
function zoneOf(host: Host, variable: string | undefined): OffsetAt {
  const name = variable?.trim().replace(/^:/, "") ?? "";
  // The content of the file first: a mount on it covers the target of the link.
  if (name === "") return zoneOfPath(host, LOCAL_TIME, host.files.readLink(LOCAL_TIME) ?? "");
  if (name.startsWith("/")) return zoneOfPath(host, name, name);
  if (UTC_NAME.test(name)) return UTC;
  // The runtime's own zones last: they cost 5 MB.
  return readZoneFile(host, `${ZONES}/${name}`) ?? parsePosixZone(name) ?? findZone(name) ?? UTC;
}

/** Returns the reader's zone: `TZ`, or else the system's. */
export function readerZone(host: Host): OffsetAt {
  return zoneOf(host, host.environment["TZ"]);
}

/** Returns the container's present zone, probably that of the local times in the logs of earlier versions. */
export function writerZone(host: Host): OffsetAt {
  // The logger does not have the `TZ` of this command.
  if (!host.files.isDirectory(CONTAINER_ENVIRONMENT)) return readerZone(host);
  return zoneOf(host, host.files.readSystemFile(`${CONTAINER_ENVIRONMENT}/TZ`) ?? "");
}

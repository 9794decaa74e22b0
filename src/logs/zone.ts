import type { Host } from "../host/host.ts";

/** What the services of the container are started with: a file for each variable. */
const CONTAINER_ENVIRONMENT = "/run/s6/container_environment";
const ZONE_FILES = /\/zoneinfo\/(?:posix\/|right\/)?(.+)$/;

/** The name of a zone that this runtime knows; everything else is UTC, as it is for the C library. */
function knownZone(name: string): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}

function systemZone(host: Host): string {
  const target = host.files.readLink("/etc/localtime") ?? "";
  return ZONE_FILES.exec(target)?.[1] ?? "UTC";
}

function zoneOf(host: Host, variable: string | undefined): string {
  const name = variable?.trim().replace(/^:/, "") ?? "";
  return knownZone(name === "" ? systemZone(host) : (ZONE_FILES.exec(name)?.[1] ?? name));
}

/** The zone of whoever reads. */
export function readerZone(host: Host): string {
  return zoneOf(host, host.environment["TZ"]);
}

/** The zone in which the container's s6-log writes its times. */
export function writerZone(host: Host): string {
  // Whoever asks with a zone of their own has not started the logger.
  if (!host.files.isDirectory(CONTAINER_ENVIRONMENT)) return readerZone(host);
  return zoneOf(host, host.files.readSystemFile(`${CONTAINER_ENVIRONMENT}/TZ`) ?? "");
}

/** No zone changes its clocks at a finer time than this: Lord Howe's do at half past. */
const STEP_MS = 900_000;

/** How far a zone is ahead of UTC, in milliseconds, at a time; remembers the quarters of an hour it was asked about. */
export function createOffsets(zone: string): (time: number) => number {
  if (zone === "UTC") return () => 0;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const known = new Map<number, number>();
  const compute = (step: number) => {
    const parts = new Map(
      format.formatToParts(step * STEP_MS).map(({ type, value }) => [type, value]),
    );
    const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
    const wall = Date.UTC(
      part("year"),
      part("month") - 1,
      part("day"),
      part("hour"),
      part("minute"),
      part("second"),
    );
    return wall - step * STEP_MS;
  };
  return (time) => {
    const step = Math.floor(time / STEP_MS);
    const offset = known.get(step) ?? compute(step);
    known.set(step, offset);
    return offset;
  };
}

/** The time at which a zone's clocks show `wall`, which is given as if they showed UTC. */
export function timeOfWall(wall: number, offsetAt: (time: number) => number): number {
  return wall - offsetAt(wall - offsetAt(wall));
}

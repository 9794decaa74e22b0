import { parseTaiLabel } from "./tai.ts";
import { timeOfWall, type OffsetAt } from "./offsets.ts";

/** One line of a log. */
export interface LogLine {
  /** The log that it is of. */
  readonly source: string;
  /** Milliseconds since 1970; null where the line has no time. */
  readonly time: number | null;
  /** What follows the time. */
  readonly text: string;
}

/** Reads the line of one kind of log. */
export type LineParser = (source: string, line: string) => LogLine;

/** s6-log's `t`: `@`, a TAI64N label, a space, the line. */
const LABELLED = /^@([0-9a-f]{24}) /;
/** s6-log's `T`, which earlier versions used: local time with nanoseconds, two spaces, the line. */
const LOCAL = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{3})\d* {1,2}/;
const BOOT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\+0000 /;

/** Reads lines of s6-log; the local times of older ones are taken as those of the zone that `offsetAt` is of. */
export function createStampedParser(offsetAt: OffsetAt): LineParser {
  return (source, line) => {
    const labelled = LABELLED.exec(line);
    if (labelled !== null) {
      const time = parseTaiLabel(labelled[1] ?? "");
      return { source, time, text: time === null ? line : line.slice(labelled[0].length) };
    }
    const match = LOCAL.exec(line);
    if (match === null) return { source, time: null, text: line };
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = match
      .slice(1)
      .map(Number);
    const wall = Date.UTC(year, month - 1, day, hour, minute, second, ms);
    return { source, time: timeOfWall(wall, offsetAt), text: line.slice(match[0].length) };
  };
}

/** Reads lines of the boot log. */
export const parseBootLine: LineParser = (source, line) => {
  const match = BOOT.exec(line);
  const time = match === null ? NaN : Date.parse(`${match[1]}Z`);
  if (match === null || Number.isNaN(time)) return { source, time: null, text: line };
  return { source, time, text: line.slice(match[0].length) };
};

function two(number: number): string {
  return String(number).padStart(2, "0");
}

/** A time as ISO 8601 says it in a zone: `2026-11-20T08:23:05.123+01:00`. */
export function renderTime(time: number, offsetAt: OffsetAt): string {
  const offset = offsetAt(time);
  const wall = new Date(time + offset).toISOString().slice(0, -1);
  if (offset === 0) return `${wall}Z`;
  const minutes = Math.abs(Math.round(offset / 60_000));
  return `${wall}${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Lines of several logs in the order of their times; one without a time stays behind the one before it. */
export function mergeLines(logs: readonly (readonly LogLine[])[]): readonly LogLine[] {
  const timed = logs.flatMap((lines) => {
    let last = -Infinity;
    return lines.map((line) => {
      last = Math.max(last, line.time ?? last);
      return { line, time: last };
    });
  });
  // Stable: lines of one log never change places.
  return timed.toSorted((first, second) => first.time - second.time || 0).map(({ line }) => line);
}

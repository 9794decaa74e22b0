import type { LineMaker, LinePart } from "./file-lines.ts";
import { parseTaiLabel } from "../core/tai.ts";
import { timeOfWall, type OffsetAt } from "./zone-offsets.ts";

/** One line of a log, or a part of a very long one. */
export interface LogLine {
  /** The name of the log. */
  readonly source: string;
  /** Milliseconds since 1970; null if the line has no time. */
  readonly time: number | null;
  /** The text after the time. */
  readonly text: string;
  readonly part: LinePart;
}

/** Parses a line of a log, or a part of one; only the beginning of a line has a time. */
export type LineParser = LineMaker<LogLine>;

/** s6-log's `t`: `@`, a TAI64N label of 24 digits, a space, the line. */
const LABEL_LENGTH = 24;
/** s6-log's `T`, which earlier versions used: local time with nanoseconds, two spaces, the line. */
const LOCAL = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{3})\d* {1,2}/;
const BOOT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\+0000 /;

/** Creates the parser of a log of s6-log; `readZone` reads the zone of the local times of older lines. */
export function createStampedParser(source: string, readZone: () => OffsetAt): LineParser {
  let offsetAt: OffsetAt | null = null;
  return (text, part) => {
    const untimed = { source, time: null, text, part };
    if (part === "middle" || part === "last") return untimed;
    if (text.startsWith("@") && text[LABEL_LENGTH + 1] === " ") {
      const time = parseTaiLabel(text.slice(1, LABEL_LENGTH + 1));
      return time === null ? untimed : { source, time, text: text.slice(LABEL_LENGTH + 2), part };
    }
    const match = LOCAL.exec(text);
    if (match === null) return untimed;
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = match
      .slice(1)
      .map(Number);
    const wall = Date.UTC(year, month - 1, day, hour, minute, second, ms);
    offsetAt ??= readZone();
    return { source, time: timeOfWall(wall, offsetAt), text: text.slice(match[0].length), part };
  };
}

/** The name of the boot log. */
export const BOOT_LOG = "boot";

/** Parses lines of the boot log. */
export const parseBootLine: LineParser = (text, part) => {
  const source = BOOT_LOG;
  const match = part === "line" || part === "first" ? BOOT.exec(text) : null;
  const time = match === null ? NaN : Date.parse(`${match[1]}Z`);
  if (match === null || Number.isNaN(time)) return { source, time: null, text, part };
  return { source, time, text: text.slice(match[0].length), part };
};

const two = (number: number) => String(number).padStart(2, "0");

/** Renders a time as ISO 8601 in a zone: `2026-11-20T08:23:05.123+01:00`. */
export function renderTime(time: number, offsetAt: OffsetAt): string {
  const offset = offsetAt(time);
  const wall = new Date(time + offset).toISOString().slice(0, -1);
  if (offset === 0) return `${wall}Z`;
  const minutes = Math.abs(Math.round(offset / 60_000));
  return `${wall}${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

import type { OpenedFile } from "../host/opened-file.ts";
import { createFileLines } from "./file-lines.ts";
import type { LineParser } from "./log-line.ts";
import type { LogFile } from "./log-files.ts";

const NEWLINE = 0x0a;
const BLOCK_BYTES = 65_536;
/** Read at a time in places that are only looked at. */
const LOOK_BYTES = 4096;
/** Milliseconds by which times may be out of order: local times go back by an hour, and clocks are set. */
const DISORDER_MS = 7_200_000;

/** The beginning of a line in one of a log's files. */
export interface LogPosition {
  readonly index: number;
  readonly offset: number;
}

interface Stretch {
  readonly file: OpenedFile;
  readonly begin: number;
  readonly end: number;
}

interface TimedLine {
  readonly offset: number;
  readonly time: number;
}

/** The first line that begins in a stretch and has a time from `since` on. */
function findTime(
  { file, begin, end }: Stretch,
  since: number,
  blockBytes: number,
  parse: LineParser,
): TimedLine | null {
  const lines = createFileLines(file, begin, blockBytes, parse);
  for (let offset = begin; offset < end; offset = lines.offset()) {
    const line = lines.next(end, true);
    if (line === null) return null;
    if (line.time !== null && line.time >= since) return { offset, time: line.time };
  }
  return null;
}

/** Returns the end of the line that contains a byte. */
function endOfLine(file: OpenedFile, inside: number, end: number): number {
  for (let position = inside; position < end; position += LOOK_BYTES) {
    const index = file.read(position, Math.min(LOOK_BYTES, end - position)).indexOf(NEWLINE);
    if (index >= 0) return position + index + 1;
  }
  return end;
}

/** Returns the offset of a line before which no line is as new as `time`, by binary search. */
function seek(file: OpenedFile, end: number, time: number, parse: LineParser): number {
  let [low, high] = [0, end];
  while (high - low > 4 * LOOK_BYTES) {
    const middle = Math.floor((low + high) / 2);
    const stretch = { file, begin: endOfLine(file, middle, high), end: high };
    const line = findTime(stretch, -Infinity, LOOK_BYTES, parse);
    if (line !== null && line.time < time) low = line.offset;
    else high = middle;
  }
  return low;
}

/** Finds the first line of a log with a time from `since`, in milliseconds since 1970; null if there is none. */
export function findSince(
  files: readonly LogFile[],
  since: number,
  parse: LineParser,
): LogPosition | null {
  const target = since - DISORDER_MS;
  for (const [index, one] of files.entries()) {
    if (one.closedAt !== null && one.closedAt < target) continue;
    const file = one.open();
    if (file === null) continue;
    const begin = seek(file, one.end(), target, parse);
    const line = findTime({ file, begin, end: one.end() }, since, BLOCK_BYTES, parse);
    if (line !== null) return { index, offset: line.offset };
    one.close();
  }
  return null;
}

interface LastLines {
  readonly start: LogPosition;
  /** The number of lines from there to the end of the log. */
  readonly count: number;
}

/** Moves back over at most `most` lines that begin in a stretch. */
function goBack({ file, begin, end }: Stretch, most: number): { offset: number; count: number } {
  const buffer = new Uint8Array(BLOCK_BYTES);
  let count = 0;
  // A newline begins another line unless it is the last byte.
  let position = Math.max(begin, end - 1);
  while (position > begin) {
    const from = Math.max(begin, position - BLOCK_BYTES);
    const block = buffer.subarray(0, file.readInto(buffer.subarray(0, position - from), from));
    for (let at = block.lastIndexOf(NEWLINE); at >= 0; at = block.lastIndexOf(NEWLINE, at - 1)) {
      count += 1;
      if (count === most) return { offset: from + at + 1, count };
      if (at === 0) break;
    }
    position = from;
  }
  return { offset: begin, count: end > begin ? count + 1 : count };
}

/** Finds the beginning of the last `most` lines of a log, but not before `first`; `held` of its files stay open. */
export function findLast(
  files: readonly LogFile[],
  first: LogPosition,
  most: number,
  held: number,
): LastLines {
  let [start, count, opened]: [LogPosition, number, number] = [first, 0, 0];
  for (let index = files.length - 1; index >= first.index && count < most; index -= 1) {
    const one = files[index];
    const file = one?.open() ?? null;
    if (one === undefined || file === null) continue;
    const begin = index === first.index ? first.offset : 0;
    const back = goBack({ file, begin, end: one.end() }, most - count);
    [start, count, opened] = [{ index, offset: back.offset }, count + back.count, opened + 1];
    if (opened > held) one.close();
  }
  return { start, count };
}

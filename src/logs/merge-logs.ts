import type { LogLine } from "./log-line.ts";

/** Returns the next line of one or more logs; null if there is none. A generator would take more memory. */
export type NextLine = () => LogLine | null;

/** The next line of a log, and the time it is sorted by. */
interface Head {
  readonly next: NextLine;
  /** The log's place among the logs, which decides between equal times. */
  readonly place: number;
  line: LogLine;
  time: number;
}

const isBefore = (first: Head, second: Head) =>
  first.time < second.time || (first.time === second.time && first.place < second.place);

/** Moves to a log's next line. Without a time, or with an earlier one, it stays behind the line before it. */
function advance(head: Head): boolean {
  const line = head.next();
  if (line === null) return false;
  head.line = line;
  if (line.time !== null && line.time > head.time) head.time = line.time;
  return true;
}

/** Moves the first head to its place among the others, which are in order. */
function sink(heads: Head[], head: Head): void {
  let index = 0;
  for (
    let rival = heads[1];
    rival !== undefined && isBefore(rival, head);
    rival = heads[index + 1]
  ) {
    heads[index] = rival;
    index += 1;
  }
  heads[index] = head;
}

/**
 * Merges several logs in the order of their times. A line without a time stays behind the one before it, and the lines
 * of one log stay in order. Holds one line of each log.
 */
export function mergeLogs(logs: readonly NextLine[]): NextLine {
  const heads: Head[] = [];
  for (const [place, next] of logs.entries()) {
    const line = next();
    if (line === null) continue;
    const head = { next, place, line, time: line.time ?? -Infinity };
    heads.unshift(head);
    sink(heads, head);
  }
  return () => {
    const head = heads[0];
    if (head === undefined) return null;
    const { line } = head;
    if (!advance(head)) heads.shift();
    else if (!isRest(head.line)) sink(heads, head);
    return line;
  };
}

function isRest({ part }: LogLine): boolean {
  return part === "middle" || part === "last";
}

/** Leaves out the first `count` lines, with all their parts. */
export function dropLines(next: NextLine, count: number): NextLine {
  let left = count;
  return () => {
    for (let line = next(); ; line = next()) {
      if (line === null || left === 0) return line;
      if (line.part === "line" || line.part === "last") left -= 1;
    }
  };
}

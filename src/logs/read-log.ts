import type { Host } from "../host/host.ts";
import type { OpenedFile } from "../host/opened-file.ts";
import { createFileLines, type FileLines } from "./file-lines.ts";
import type { LogLine } from "./log-line.ts";
import { openLogFiles, type LogEnd, type LogFile } from "./log-files.ts";
import { findLast, findSince, type LogPosition } from "./log-start.ts";
import type { NextLine } from "./merge-logs.ts";
import type { LogSource } from "./log-source.ts";

/** The part of the end of a log that is read. */
export interface LogRange {
  /** Number of lines; Infinity for all. */
  readonly lines: number;
  /** Milliseconds since 1970: nothing older; null for no limit. */
  readonly since: number | null;
  /** True to include a last line without a newline; false if a follower continues. */
  readonly unfinished: boolean;
}

/** The limits for one log. */
export interface ReadLimits {
  /** Bytes that are read at a time. */
  readonly blockBytes: number;
  /** Archives that stay open until they are read, so that a rotation takes none of them away. */
  readonly held: number;
}

/** The last lines of one log. */
export interface LogReading {
  /** Number of lines; Infinity if they were not counted. */
  readonly count: number;
  /** Returns the lines in order, read on demand. */
  readonly next: NextLine;
  /** The position at which a follower continues. */
  readonly end: LogEnd | null;
  /** The reason why the current file cannot be read; null if it can. */
  readonly error: string | null;
  /** The reasons why older files could not be read until now. */
  readonly olderErrors: readonly string[];
  /** Closes all files except that of the follower. */
  readonly close: () => void;
}

/** Reads the lines of files from a position on, and closes each file at its end. */
function readFrom(
  files: readonly LogFile[],
  start: LogPosition,
  open: (file: OpenedFile, offset: number) => FileLines<LogLine>,
): NextLine {
  let [index, offset] = [start.index, start.offset];
  let lines: FileLines<LogLine> | null = null;
  return () => {
    for (;;) {
      const one = files[index];
      const file = one?.open();
      if (one === undefined) return null;
      if (lines === null && file !== null && file !== undefined) lines = open(file, offset);
      const line = lines?.next(one.end(), true) ?? null;
      if (line !== null) return line;
      one.close();
      [index, offset, lines] = [index + 1, 0, null];
    }
  };
}

/** Finds the part of a log that `range` asks for, and reads no more than needed. */
export function readLog(
  host: Host,
  source: LogSource,
  { lines, since, unfinished }: LogRange,
  { blockBytes, held }: ReadLimits,
): LogReading {
  const { files, end, error, olderErrors } = openLogFiles(host, source, unfinished);
  const whole = { index: 0, offset: 0 };
  const first = since === null ? whole : findSince(files, since, source.parse);
  const behind = { start: { index: files.length, offset: 0 }, count: 0 };
  const { start, count } =
    first === null || lines === 0
      ? behind
      : lines === Infinity
        ? { start: first, count: Infinity }
        : findLast(files, first, lines, held);
  for (const one of files.slice(start.index, start.index + held)) one.open();
  return {
    count,
    next: readFrom(files, start, (file, offset) =>
      createFileLines(file, offset, blockBytes, source.parse),
    ),
    end,
    error,
    olderErrors,
    close: () => {
      for (const one of files) one.close();
    },
  };
}

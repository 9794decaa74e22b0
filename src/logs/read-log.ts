import type { Host } from "../host/host.ts";
import type { OpenedFile } from "../host/opened-file.ts";
import { createFileLines, type FileLines } from "./file-lines.ts";
import type { LineParser, LogLine } from "./line.ts";
import { openLogFiles, type LogEnd, type LogFile } from "./log-files.ts";
import { findLast, findSince, type LogPosition } from "./log-start.ts";
import type { NextLine } from "./merge.ts";
import type { LogSource } from "./source.ts";

/** How much of the end of a log is wanted. */
export interface Wanted {
  /** Lines; Infinity for all of them. */
  readonly lines: number;
  /** Milliseconds since 1970: nothing older; null for no limit. */
  readonly since: number | null;
  /** Whether a last line that has no end yet is wanted: not if somebody reads on. */
  readonly unfinished: boolean;
}

/** What a log may take. */
export interface Share {
  /** Bytes that are read at a time. */
  readonly blockBytes: number;
  /** Archives that stay open until they are read, so that a rotation takes none of them away. */
  readonly held: number;
}

/** The end of one log. */
export interface LogReading {
  /** How many lines there are; Infinity if that was not asked for. */
  readonly count: number;
  /** The lines, read as they are asked for. */
  readonly next: NextLine;
  /** Where to read on. */
  readonly end: LogEnd | null;
  /** Why the file that is appended to cannot be read; null if it can. */
  readonly trouble: string | null;
  /** What else could not be read until now, and why. */
  readonly problems: readonly string[];
  /** Closes the files but the one to read on. */
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

/** Finds the end of a log that is wanted, and reads no more of it than that takes. */
export function readLog(
  host: Host,
  source: LogSource,
  { lines, since, unfinished }: Wanted,
  { blockBytes, held }: Share,
  parser: LineParser,
): LogReading {
  const { files, end, trouble, problems } = openLogFiles(host, source, unfinished);
  const whole = { index: 0, offset: 0 };
  const first = since === null ? whole : findSince(files, since, parser);
  const behind = { start: { index: files.length, offset: 0 }, count: 0 };
  const last =
    first === null || lines === 0
      ? behind
      : lines === Infinity
        ? { start: first, count: Infinity }
        : findLast(files, first, lines, held);
  const { start, count } = last;
  for (const one of files.slice(start.index, start.index + held)) one.open();
  return {
    count,
    next: readFrom(files, start, (file, offset) =>
      createFileLines(file, offset, blockBytes, (text, part) => parser(source.name, text, part)),
    ),
    end,
    trouble,
    problems,
    close: () => {
      for (const one of files) one.close();
    },
  };
}

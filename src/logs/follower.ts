import type { Host } from "../host/host.ts";
import type { OpenedFile } from "../host/opened-file.ts";
import { createFileLines, type FileLines } from "./file-lines.ts";
import type { LogLine } from "./log-line.ts";
import type { LogEnd } from "./log-files.ts";
import type { NextLine } from "./merge-logs.ts";
import type { LogSource } from "./log-source.ts";

const BLOCK_BYTES = 16_384;
/** Number of attempts to find a file before it counts as removed. */
const ATTEMPTS = 5;

/** Follows one log across renames, and returns each line once. */
export interface Follower {
  /** Returns the lines that were written since the last call, read on demand; the caller reads all of them. */
  readonly readNew: () => NextLine;
  /** Returns true if files were removed before they could be read, since the last call. */
  readonly takeLost: () => boolean;
  readonly close: () => void;
}

interface Place {
  readonly file: OpenedFile;
  readonly lines: FileLines<LogLine>;
}

/** Follows a log from `end`; without it, from the beginning of its current file. */
export function createFollower(host: Host, source: LogSource, end: LogEnd | null): Follower {
  const placeIn = (file: OpenedFile, offset: number): Place => {
    return { file, lines: createFileLines(file, offset, BLOCK_BYTES, source.parse) };
  };
  let here = end === null ? null : placeIn(end.file, end.offset);
  /** The id of the file that was read last. */
  let last = end?.file.id ?? null;
  let lost = false;

  /** Reads up to the file's end; the rest of the last line waits for its newline unless the file is complete. */
  const readOn = (isComplete: boolean): NextLine => {
    if (here === null) return () => null;
    const size = here.file.size();
    // Another process has truncated it.
    if (size < here.lines.offset()) here = placeIn(here.file, 0);
    const { lines } = here;
    return () => lines.next(size, isComplete);
  };

  const open = (path: string): OpenedFile | null => {
    const outcome = host.files.openFile(path);
    return outcome.kind === "file" ? outcome.file : null;
  };

  /** The log's files from the oldest to the current one; not all of them if one was renamed meanwhile. */
  const listChain = () => {
    const before = host.files.readFileId(source.current);
    const older = source.listOlder();
    const chain = [...older, source.current].flatMap((path) => {
      const id = host.files.readFileId(path);
      return id === null ? [] : [{ path, id }];
    });
    const isSame = host.files.readFileId(source.current) === before;
    const isWhole = isSame && chain.length === older.length + (before === null ? 0 : 1);
    return { chain, isWhole };
  };

  /** Finds a file in the chain; tries again, for a rename may happen while the names are read. */
  const locate = (id: string) => {
    for (let attempt = 1; ; attempt += 1) {
      const { chain, isWhole } = listChain();
      const place = chain.findIndex((one) => one.id === id);
      if ((place >= 0 && isWhole) || attempt === ATTEMPTS) return { chain, place };
    }
  };

  /** Opens the file that came after the last one, and returns its path; null if there is none yet. */
  const openNext = (): string | null => {
    for (;;) {
      const isNew = last === null;
      const { chain, place } = last === null ? { ...listChain(), place: -1 } : locate(last);
      if (last !== null && place < 0) [lost, last] = [true, null];
      // If the last file was removed, all remaining files are new; if there was none, only the current one.
      const next = isNew ? chain.at(-1) : chain[place + 1];
      const file = next === undefined ? null : open(next.path);
      if (next === undefined || file === null) return null;
      if (file.id === next.id) {
        [here, last] = [placeIn(file, 0), next.id];
        return next.path;
      }
      // It was renamed meanwhile.
      file.close();
    }
  };

  /** Moves from file to file up to the current one: several may have become full since the last call. */
  const moveOn = (): NextLine => {
    let [isCurrent, next] = [false, readOn(true)];
    return () => {
      for (;;) {
        const line = next();
        if (line !== null || isCurrent) return line;
        here?.file.close();
        here = null;
        const path = openNext();
        if (path === null) return null;
        isCurrent = path === source.current;
        next = readOn(!isCurrent);
      }
    };
  };

  return {
    readNew: () => {
      let [next, isMoving] = [readOn(false), false];
      return () => {
        for (;;) {
          const line = next();
          if (line !== null || isMoving) return line;
          const id = host.files.readFileId(source.current);
          if (id === null || id === here?.file.id) return null;
          [next, isMoving] = [moveOn(), true];
        }
      };
    },
    takeLost: () => {
      const wasLost = lost;
      lost = false;
      return wasLost;
    },
    close: () => here?.file.close(),
  };
}

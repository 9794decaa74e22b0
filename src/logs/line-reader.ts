import type { Host } from "../host/host.ts";
import type { OpenedFile } from "../host/opened-file.ts";
import { createFileLines } from "./file-lines.ts";

const BLOCK_BYTES = 16_384;
/** Milliseconds between two reads. */
const POLL_MS = 200;

/** Reads the lines of a file that grows. */
export interface LineReader {
  /** The identity of the file, which a rename does not change. */
  readonly id: string;
  /** Returns the lines that were completed since the last call. */
  readonly readLines: () => readonly string[];
  readonly close: () => void;
}

/** Reads a file, and again from its beginning if it becomes shorter. A line of more than 64 KiB is empty. */
export function createLineReader(file: OpenedFile): LineReader {
  const begin = () =>
    createFileLines(file, 0, BLOCK_BYTES, (text, part) => (part === "line" ? text : ""));
  let lines = begin();
  return {
    id: file.id,
    readLines: () => {
      const size = file.size();
      if (size < lines.offset()) lines = begin();
      const found: string[] = [];
      for (let line = lines.next(size, false); line !== null; line = lines.next(size, false))
        found.push(line);
      return found;
    },
    close: file.close,
  };
}

/** Opens a file to read its lines; null if it does not exist or cannot be read. */
export function openLineReader(host: Host, path: string): LineReader | null {
  const outcome = host.files.openFile(path);
  return outcome.kind === "file" ? createLineReader(outcome.file) : null;
}

/** Opens the file after the one with the id `last`, or the current one if that is gone; null if it cannot yet. */
function openNewer(host: Host, paths: readonly string[], last: string | null): LineReader | null {
  // The newest first: files only get older names, so that none is missed.
  const chain = paths.toReversed().flatMap((path) => {
    const id = host.files.readFileId(path);
    return id === null ? [] : [{ path, id }];
  });
  const place = chain.findIndex(({ id }) => id === last);
  const next = place < 0 ? chain.find(({ path }) => path === paths.at(-1)) : chain[place - 1];
  const reader = next === undefined ? null : openLineReader(host, next.path);
  if (reader?.id === next?.id) return reader;
  reader?.close();
  return null;
}

/**
 * Yields the lines that are appended to a log until `hasEnded` returns true; `reader` is the open file to continue.
 * `paths` has the names of its rotated files, the oldest first, and the current one last. A renamed file is read to its
 * end, and so is each later one, before the current one begins.
 */
export async function* followLines(
  host: Host,
  paths: readonly string[],
  reader: LineReader | null,
  hasEnded: () => boolean = () => false,
): AsyncGenerator<string> {
  const path = paths.at(-1) ?? "";
  let current = reader;
  let last: string | null = null;
  let isLast = false;
  try {
    for (;;) {
      const id = host.files.readFileId(path);
      if (current !== null) yield* current.readLines();
      if (current !== null && id === current.id) isLast = false;
      else if (current === null || isLast) {
        last = current?.id ?? last;
        current?.close();
        current = openNewer(host, paths, last);
        isLast = false;
        if (current !== null) continue;
      } else {
        // A process that has it open under its old name may still write to it.
        isLast = true;
      }
      await host.clock.sleep(POLL_MS);
      if (hasEnded()) return;
    }
  } finally {
    current?.close();
  }
}

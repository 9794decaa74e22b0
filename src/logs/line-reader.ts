import type { Host } from "../host/host.ts";
import type { OpenedFile } from "../host/opened-file.ts";

const CHUNK_BYTES = 65_536;
/** A longer line without an end is dropped. */
const LONGEST_LINE = 1_048_576;
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

/** Reads a file from its beginning, and again from its beginning if it becomes shorter. */
export function createLineReader(file: OpenedFile): LineReader {
  let position = 0;
  let rest = "";
  let decoder = new TextDecoder();
  const begin = () => {
    position = 0;
    rest = "";
    decoder = new TextDecoder();
  };
  return {
    id: file.id,
    readLines: () => {
      if (file.size() < position) begin();
      const lines: string[] = [];
      for (;;) {
        const chunk = file.read(position, CHUNK_BYTES);
        if (chunk.length === 0) return lines;
        position += chunk.length;
        const [last = "", ...more] = (rest + decoder.decode(chunk, { stream: true }))
          .split("\n")
          .toReversed();
        lines.push(...more.toReversed());
        rest = last.length > LONGEST_LINE ? "" : last;
      }
    },
    close: file.close,
  };
}

/** Opens a file to read its lines; null if it does not exist or cannot be read. */
export function openLineReader(host: Host, path: string): LineReader | null {
  const outcome = host.files.openFile(path);
  return outcome.kind === "file" ? createLineReader(outcome.file) : null;
}

/**
 * Opens the file that follows the one with the id `last`, or the current one if that was removed. Returns null if there
 * is none yet, or if it is renamed meanwhile. `paths` has the oldest first.
 */
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

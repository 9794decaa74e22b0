import type { Host } from "../host/host.ts";
import type { OpenedFile } from "../host/opened-file.ts";

const CHUNK_BYTES = 65_536;
/** A line that is longer has no end that we wait for. */
const LONGEST_LINE = 1_048_576;
/** Milliseconds between two looks. */
const POLL_MS = 200;

/** Reads the lines of a file that grows. */
export interface LineReader {
  /** Of the file, whatever its name becomes. */
  readonly id: string;
  /** The lines that were completed since the last time. */
  readonly readLines: () => readonly string[];
  readonly close: () => void;
}

/** Reads a file from its beginning; where it becomes shorter, from its beginning again. */
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

/** Opens a file for its lines; null where there is none, or none that can be read. */
export function openLineReader(host: Host, path: string): LineReader | null {
  const outcome = host.files.openFile(path);
  return outcome.kind === "file" ? createLineReader(outcome.file) : null;
}

/**
 * Opens the file that came after the one with the id `last`; the one that is written to where that is gone or was
 * none. null where there is none yet, or where names change in this very moment. `paths` has the oldest first.
 */
function openNewer(host: Host, paths: readonly string[], last: string | null): LineReader | null {
  // The newest first: files only get older names, so that none can slip past the one who looks.
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
 * The lines that are appended to a log from now on, until `hasEnded` says so; `reader` is where to go on. `paths` are the
 * names that its files get as they grow older, the oldest first, and last the one that is written to. A file that
 * was renamed is read to its end, and so is each that came after it, before the newest is begun.
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
        // Who had opened it under its old name may write to it for a moment yet.
        isLast = true;
      }
      await host.clock.sleep(POLL_MS);
      if (hasEnded()) return;
    }
  } finally {
    current?.close();
  }
}

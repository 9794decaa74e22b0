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

/** Opens a file for its lines; null where there is none. */
export function openLineReader(host: Host, path: string): LineReader | null {
  const outcome = host.files.openFile(path);
  return outcome.kind === "file" ? createLineReader(outcome.file) : null;
}

/**
 * The lines that are appended to the file at `path` from now on, without end; `reader` is where to go on. A
 * file that was renamed is read to its end before the one that has its name now is begun.
 */
export async function* followLines(
  host: Host,
  path: string,
  reader: LineReader | null,
): AsyncGenerator<string> {
  let current = reader;
  let isLast = false;
  try {
    for (;;) {
      const id = host.files.readFileId(path);
      if (current !== null) yield* current.readLines();
      if (current === null || isLast) {
        current?.close();
        current = openLineReader(host, path);
        isLast = false;
        if (current !== null) continue;
      } else if (id !== current.id) {
        // Who had opened it under its old name may write to it for a moment yet.
        isLast = true;
      }
      await host.clock.sleep(POLL_MS);
    }
  } finally {
    current?.close();
  }
}

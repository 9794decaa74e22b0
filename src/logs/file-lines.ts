import type { OpenedFile } from "../host/opened-file.ts";

const NEWLINE = 0x0a;
/** Bytes of a line that are held at a time; a longer line comes in parts. */
const LONGEST_PART = 65_536;
/** The smallest buffer, for a file with little content. */
const LEAST_BYTES = 1024;

/** A line, or the first, a middle or the last part of a very long one. */
export type LinePart = "line" | "first" | "middle" | "last";

/** Converts a line: its text without the newline, with U+FFFD for invalid UTF-8. */
export type LineMaker<T> = (text: string, part: LinePart) => T;

/** Reads a file's lines one by one, and holds no more of it than a block and a part of a line. */
export interface FileLines<T> {
  /** Returns the number of bytes before the next line, or part of one. */
  readonly offset: () => number;
  /**
   * Returns the next line that begins before `end`; null if there is none, or if its newline is not before `end` and
   * the file may still grow. If `isComplete` is true, the rest without a newline is a line.
   */
  readonly next: (end: number, isComplete: boolean) => T | null;
}

/** Returns how many of `length` bytes from `start` end at a character: all, or up to three fewer. */
function characterEnd(bytes: Uint8Array, start: number, length: number): number {
  for (let end = length; end > length - 4 && end > 0; end -= 1) {
    if (((bytes[start + end] ?? 0) & 0xc0) !== 0x80) return end;
  }
  return length;
}

/** Reads lines from `begin`, the beginning of one, `blockBytes` at a time. */
export function createFileLines<T>(
  file: OpenedFile,
  begin: number,
  blockBytes: number,
  make: LineMaker<T>,
): FileLines<T> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  // Not larger than the file needs: there may be thousands of small ones.
  const needed = Math.max(LEAST_BYTES, file.size() - begin);
  let buffer = new Uint8Array(Math.min(blockBytes, needed));
  // The buffer holds the file from `position`, up to `filled`. The bytes before `start` were returned, and those from
  // there to `searched` contain no newline.
  let [position, filled, start, searched, isInside] = [begin, 0, 0, 0, false];

  /** Makes room behind the bytes that were not returned yet. */
  const makeRoom = (): void => {
    if (start === 0 && filled === buffer.length) {
      const larger = new Uint8Array(buffer.length * 2);
      larger.set(buffer);
      buffer = larger;
    }
    buffer.copyWithin(0, start, filled);
    position += start;
    [filled, searched, start] = [filled - start, searched - start, 0];
  };

  const readBlock = (end: number): boolean => {
    makeRoom();
    const from = position + filled;
    const count = file.readInto(buffer.subarray(filled, filled + end - from), from);
    filled += count;
    return count > 0;
  };

  /** Returns `length` bytes as a line, and moves behind them and `separator` more. */
  const take = (length: number, separator: 0 | 1, isLast: boolean): T => {
    const text = decoder.decode(buffer.subarray(start, start + length));
    start += length + separator;
    searched = start;
    const part = isInside ? (isLast ? "last" : "middle") : isLast ? "line" : "first";
    isInside = !isLast;
    return make(text, part);
  };

  return {
    offset: () => position + start,
    next: (end, isComplete) => {
      for (;;) {
        const held = filled - start;
        const found = buffer.indexOf(NEWLINE, searched);
        const isFound = found >= 0 && found < filled;
        if (isFound && found - start < LONGEST_PART) return take(found - start, 1, true);
        searched = isFound ? found : filled;
        if (held > LONGEST_PART) return take(characterEnd(buffer, start, LONGEST_PART), 0, false);
        if (position + filled < end && readBlock(end)) continue;
        // A line that came in parts has an end, even if nothing is left for it.
        if (!isComplete || (held === 0 && !isInside)) return null;
        return take(held, 0, true);
      }
    },
  };
}

import type { OpenedFile } from "../host/opened-file.ts";

const NEWLINE = 0x0a;
/** Bytes of a line that are held at a time; a longer one comes in parts. */
const LONGEST_PART = 65_536;
/** Of a buffer for a file that has little to read yet. */
const LEAST_BYTES = 1024;

/** A line, or the first, a middle or the last part of a very long one. */
export type LinePart = "line" | "first" | "middle" | "last";

/** Makes something of a line: its text without the newline, in which U+FFFD stands for what is no UTF-8. */
export type LineMaker<T> = (text: string, part: LinePart) => T;

/** Reads a file's lines one by one, and holds no more of it than a block and a part of a line. */
export interface FileLines<T> {
  /** Bytes before the first line, or part of one, that was not given yet. */
  readonly offset: () => number;
  /**
   * The next line that begins before `end`. null if there is none, or if its newline is not before `end` yet, unless
   * `isComplete` says that nothing will be appended: then the rest is a line.
   */
  readonly next: (end: number, isComplete: boolean) => T | null;
}

/** How many of `length` bytes from `start` on can be taken without cutting a character: all, or up to three fewer. */
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
  // No more than the file needs: there may be thousands of small ones.
  const needed = Math.max(LEAST_BYTES, file.size() - begin);
  let buffer = new Uint8Array(Math.min(blockBytes, needed));
  // The buffer has the file from `position` on, up to `filled`; what is before `start` was given, and there is no newline
  // between that and `searched`.
  let [position, filled, start, searched, isInside] = [begin, 0, 0, 0, false];

  /** Makes room behind what was not given yet. */
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

  /** Gives `length` bytes, and goes on behind them and `separator` more. */
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

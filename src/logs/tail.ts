import type { Host } from "../host/host.ts";
import type { OpenedFile } from "../host/opened-file.ts";
import type { LineParser, LogLine } from "./line.ts";
import type { LogSource } from "./source.ts";

const BLOCK_BYTES = 65_536;
const NEWLINE = 0x0a;

/** How much of the end of a log is wanted. */
export interface Wanted {
  /** Lines; Infinity for all of them. */
  readonly lines: number;
  /** Milliseconds since 1970: nothing older; null for no limit. */
  readonly since: number | null;
  /** At most this many bytes are read. */
  readonly bytes: number;
  /** Whether a last line that has no end yet is wanted: not where somebody reads on. */
  readonly unfinished?: boolean;
}

/** The end of a log, and where to read on. */
export interface Tail {
  readonly lines: readonly LogLine[];
  /** The file that is appended to, open, and how far it was read: up to the end of a line. */
  readonly current: { readonly file: OpenedFile; readonly offset: number } | null;
  /** Whether older lines that were wanted are left out, since there are too many bytes. */
  readonly cut: boolean;
  /** Why the log could not be read; null where it could. */
  readonly trouble: string | null;
}

/** The lines in bytes that end with a line; invalid UTF-8 becomes U+FFFD. */
export function splitLines(bytes: Uint8Array): readonly string[] {
  if (bytes.length === 0) return [];
  const text = new TextDecoder().decode(bytes);
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}

interface FilePart {
  readonly lines: readonly LogLine[];
  readonly bytes: number;
  /** Whether nothing before these lines is wanted. */
  readonly enough: boolean;
}

/** The end of one file up to `end`, read backwards in blocks until there is enough. */
function readFileTail(
  file: OpenedFile,
  end: number,
  wanted: Wanted,
  parse: (line: string) => LogLine,
): FilePart {
  let [position, whole]: [number, Uint8Array] = [end, new Uint8Array()];
  let bytes = 0;
  for (;;) {
    const begin = position === 0 ? 0 : whole.indexOf(NEWLINE) + 1;
    const complete = position === 0 || begin > 0;
    const lines = complete ? splitLines(whole.subarray(begin)).map(parse) : [];
    const first = lines.find(({ time }) => time !== null)?.time ?? null;
    const tooOld = wanted.since !== null && first !== null && first < wanted.since;
    const enough = lines.length >= wanted.lines || tooOld;
    if (enough || position === 0 || bytes >= wanted.bytes) return { lines, bytes, enough };
    // Twice as much each time, so that the lines are not split again and again.
    const length = Math.min(position, Math.max(BLOCK_BYTES, bytes));
    const block = file.read(position - length, length);
    const joined = new Uint8Array(block.length + whole.length);
    joined.set(block);
    joined.set(whole, block.length);
    [position, whole] = [position - length, joined];
    bytes += length;
  }
}

/** Where the last complete line of a file ends. */
function endOfLines(file: OpenedFile): number {
  for (let end = file.size(); end > 0; end -= BLOCK_BYTES) {
    const begin = Math.max(0, end - BLOCK_BYTES);
    const index = file.read(begin, end - begin).lastIndexOf(NEWLINE);
    if (index >= 0) return begin + index + 1;
  }
  return 0;
}

function keepWanted(
  lines: readonly LogLine[],
  { since, lines: count }: Wanted,
): readonly LogLine[] {
  const begin = since === null ? 0 : lines.findIndex(({ time }) => time !== null && time >= since);
  const recent = begin < 0 ? [] : lines.slice(begin);
  return count === Infinity ? recent : recent.slice(Math.max(0, recent.length - count));
}

/** Reads the end of a log, from its newest file back to the oldest, and no more than it takes. */
export function readTail(host: Host, source: LogSource, wanted: Wanted, parser: LineParser): Tail {
  const parse = (line: string) => parser(source.name, line);
  const opened = host.files.openFile(source.current);
  const endOf = wanted.unfinished === true ? (file: OpenedFile) => file.size() : endOfLines;
  const current = opened.kind === "file" ? { file: opened.file, offset: endOf(opened.file) } : null;
  const trouble = opened.kind === "unreadable" ? `${source.current}: ${opened.reason}` : null;
  let budget = wanted.bytes;
  let [lines, enough]: [readonly LogLine[], boolean] = [[], wanted.lines === 0];
  const take = (file: OpenedFile, end: number) => {
    const rest = { ...wanted, lines: wanted.lines - lines.length, bytes: budget };
    const part = readFileTail(file, end, rest, parse);
    lines = [...part.lines, ...lines];
    budget -= part.bytes;
    enough = part.enough;
  };
  if (current !== null && !enough) take(current.file, current.offset);
  for (const path of source.listOlder().toReversed()) {
    if (enough || budget <= 0) break;
    const older = host.files.openFile(path);
    if (older.kind !== "file") continue;
    // Renamed while we looked: it has been read.
    if (older.file.id !== current?.file.id) take(older.file, older.file.size());
    older.file.close();
  }
  return { lines: keepWanted(lines, wanted), current, cut: !enough && budget <= 0, trouble };
}

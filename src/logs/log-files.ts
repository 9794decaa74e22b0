import { basename } from "node:path";
import type { Host } from "../host/host.ts";
import type { OpenedFile } from "../host/opened-file.ts";
import type { LogSource } from "./source.ts";
import { parseTaiLabel } from "./tai.ts";

const BLOCK_BYTES = 65_536;
const NEWLINE = 0x0a;

/** What s6-log calls a file between `current` and its name as an archive. */
const LEAVING = "/previous";
/** Looks at the names before one that keeps vanishing is left out. */
const LOOKS = 5;

/** One file of a log, as far as it had been written when it was opened. */
export interface LogFile {
  /** The time at which s6-log put it aside, in milliseconds since 1970; null if its name has none. */
  readonly closedAt: number | null;
  /** Opens it, unless it is open; null if that is impossible. */
  readonly open: () => OpenedFile | null;
  /** Bytes of it that are read; 0 if it cannot be opened. */
  readonly end: () => number;
  readonly close: () => void;
}

/** Where somebody who follows a log goes on. */
export interface LogEnd {
  readonly file: OpenedFile;
  readonly offset: number;
}

/** A log's files, and what kept some of them from being read. */
export interface LogFiles {
  /** The oldest first. */
  readonly files: readonly LogFile[];
  /** Of the newest file, which stays open; null if there is none. */
  readonly end: LogEnd | null;
  /** Why the file that is appended to cannot be read; null if it can, or if there is none. */
  readonly trouble: string | null;
  /** Why older files could not be read, as far as somebody tried. */
  readonly problems: readonly string[];
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

/** `@`, a TAI64N label of 24 digits, and a suffix: the time at which s6-log renamed the file. */
function closingTime(path: string): number | null {
  const name = basename(path);
  return name.startsWith("@") ? parseTaiLabel(name.slice(1, 25)) : null;
}

/** A file that is opened when it is read; a failure is told once. */
function lazyFile(host: Host, path: string, problems: string[]): LogFile {
  let file: OpenedFile | null = null;
  let [length, hasFailed]: [number | null, boolean] = [null, false];
  const open = () => {
    if (file !== null || hasFailed) return file;
    const outcome = host.files.openFile(path);
    if (outcome.kind === "file") return (file = outcome.file);
    hasFailed = true;
    problems.push(`${path}: ${outcome.kind === "missing" ? "went away" : outcome.reason}`);
    return null;
  };
  return {
    closedAt: closingTime(path),
    open,
    end: () => {
      const opened = open();
      return opened === null ? 0 : (length ??= opened.size());
    },
    close: () => {
      file?.close();
      file = null;
    },
  };
}

/** A file that is open already; whoever follows the log closes it. */
function openedFile(file: OpenedFile, offset: number): LogFile {
  return { closedAt: null, open: () => file, end: () => offset, close: () => undefined };
}

interface OlderFiles {
  readonly files: readonly LogFile[];
  readonly problems: readonly string[];
}

/** The files beside the one that is appended to, up to it if it has been put aside meanwhile. */
function listOlder(host: Host, source: LogSource, current: OpenedFile | null): OlderFiles {
  for (let look = 1; ; look += 1) {
    const problems: string[] = [];
    const all = source.listOlder();
    const isMoved = current !== null && host.files.readFileId(source.current) !== current.id;
    const place = isMoved
      ? all.findIndex((path) => host.files.readFileId(path) === current.id)
      : -1;
    const paths = place < 0 ? all : all.slice(0, place);
    const files = paths.map((path) => lazyFile(host, path, problems));
    // What s6-log is putting aside gets another name in a moment.
    const isLeaving = paths.at(-1)?.endsWith(LEAVING) === true;
    if (!isLeaving || files.at(-1)?.open() !== null || look === LOOKS) return { files, problems };
  }
}

/** Opens a log. With `unfinished`, a last line without an end belongs to it. */
export function openLogFiles(host: Host, source: LogSource, unfinished: boolean): LogFiles {
  // First the file that is appended to: while the others are listed, it can only move among them.
  const opened = host.files.openFile(source.current);
  const current = opened.kind === "file" ? opened.file : null;
  const { files, problems } = listOlder(host, source, current);
  const trouble = opened.kind === "unreadable" ? `${source.current}: ${opened.reason}` : null;
  const file = current ?? files.at(-1)?.open() ?? null;
  if (file === null) return { files, end: null, trouble, problems };
  const offset = unfinished ? file.size() : endOfLines(file);
  const older = current === null ? files.slice(0, -1) : files;
  return { files: [...older, openedFile(file, offset)], end: { file, offset }, trouble, problems };
}

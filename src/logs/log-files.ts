import { basename } from "node:path";
import type { Host } from "../host/host.ts";
import type { OpenedFile } from "../host/opened-file.ts";
import type { LogSource } from "./log-source.ts";
import { parseTaiLabel } from "../core/tai.ts";

const BLOCK_BYTES = 65_536;
const NEWLINE = 0x0a;

/** The name of a file that s6-log is about to archive. */
const ARCHIVING = "/previous";
/** Number of attempts to open a file that is renamed meanwhile. */
const ATTEMPTS = 5;

/** One file of a log, as far as it had been written when it was opened. */
export interface LogFile {
  /** The time at which s6-log archived it, in milliseconds since 1970; null if its name has none. */
  readonly closedAt: number | null;
  /** Opens it, unless it is open; null if that fails. */
  readonly open: () => OpenedFile | null;
  /** Returns the number of its bytes that are read; 0 if it cannot be opened. */
  readonly end: () => number;
  readonly close: () => void;
}

/** The position at which a follower of the log continues. */
export interface LogEnd {
  readonly file: OpenedFile;
  readonly offset: number;
}

/** The files of a log, and the errors of those that cannot be read. */
export interface LogFiles {
  /** The oldest first. */
  readonly files: readonly LogFile[];
  /** The end of the newest file, which stays open; null if there is none. */
  readonly end: LogEnd | null;
  /** The reason why the current file cannot be read; null if it can, or if there is none. */
  readonly error: string | null;
  /** The reasons why older files could not be read, as far as they were opened. */
  readonly olderErrors: readonly string[];
}

/** Returns the end of the last complete line of a file. */
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

/** Makes a file that is opened when it is read; an error is reported once. */
function lazyFile(host: Host, path: string, errors: string[]): LogFile {
  let file: OpenedFile | null = null;
  let [length, hasFailed]: [number | null, boolean] = [null, false];
  const open = () => {
    if (file !== null || hasFailed) return file;
    const outcome = host.files.openFile(path);
    if (outcome.kind === "file") return (file = outcome.file);
    hasFailed = true;
    errors.push(`${path}: ${outcome.kind === "missing" ? "was removed" : outcome.reason}`);
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

/** Makes a file that is open already; the follower of the log closes it. */
function openedFile(file: OpenedFile, offset: number): LogFile {
  return { closedAt: null, open: () => file, end: () => offset, close: () => undefined };
}

/** Returns the older files, up to the current one if it was rotated meanwhile. */
function listOlder(
  host: Host,
  source: LogSource,
  current: OpenedFile | null,
): Pick<LogFiles, "files" | "olderErrors"> {
  for (let attempt = 1; ; attempt += 1) {
    const olderErrors: string[] = [];
    const all = source.listOlder();
    const isMoved = current !== null && host.files.readFileId(source.current) !== current.id;
    const place = isMoved
      ? all.findIndex((path) => host.files.readFileId(path) === current.id)
      : -1;
    const paths = place < 0 ? all : all.slice(0, place);
    const files = paths.map((path) => lazyFile(host, path, olderErrors));
    // s6-log is about to rename the file that it archives.
    const isArchiving = paths.at(-1)?.endsWith(ARCHIVING) === true;
    if (!isArchiving || files.at(-1)?.open() !== null || attempt === ATTEMPTS)
      return { files, olderErrors };
  }
}

/** Opens a log. With `unfinished`, a last line without a newline is included. */
export function openLogFiles(host: Host, source: LogSource, unfinished: boolean): LogFiles {
  // The current file first: while the others are listed, it can only move among them.
  const opened = host.files.openFile(source.current);
  const current = opened.kind === "file" ? opened.file : null;
  const { files, olderErrors } = listOlder(host, source, current);
  const error = opened.kind === "unreadable" ? `${source.current}: ${opened.reason}` : null;
  const file = current ?? files.at(-1)?.open() ?? null;
  if (file === null) return { files, end: null, error, olderErrors };
  const offset = unfinished ? file.size() : endOfLines(file);
  const older = current === null ? files.slice(0, -1) : files;
  return { files: [...older, openedFile(file, offset)], end: { file, offset }, error, olderErrors };
}

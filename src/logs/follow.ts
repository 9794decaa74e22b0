import type { Host } from "../host/host.ts";
import type { OpenedFile } from "../host/opened-file.ts";
import type { LineParser, LogLine } from "./line.ts";
import type { LogSource } from "./source.ts";
import { splitLines, type Tail } from "./tail.ts";

const NEWLINE = 0x0a;
/** Read at a time, so that a log that grows fast is shown while it grows. */
const MOST_BYTES = 4_194_304;

/** Looks at the names before a file counts as gone. */
const LOOKS = 3;

/** What a look at a log brought. */
export interface News {
  readonly lines: readonly LogLine[];
  /** Whether files went away before they could be read. */
  readonly lost: boolean;
}

/** Follows one log across renames; nothing twice and nothing left out. */
export interface Follower {
  /** What was written since the last look. */
  readonly look: () => News;
  readonly close: () => void;
}

function joinBytes(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

/** Follows a log from where its tail ended. */
export function createFollower(
  host: Host,
  source: LogSource,
  begin: Tail["current"],
  parser: LineParser,
): Follower {
  let file: OpenedFile | null = begin?.file ?? null;
  let offset = begin?.offset ?? 0;
  let partial: Uint8Array = new Uint8Array();
  const parse = (line: string) => parser(source.name, line);

  /** Complete lines up to the file's end; the rest of the last one waits for its newline. */
  const readOn = (): readonly LogLine[] => {
    if (file === null) return [];
    const size = file.size();
    // Somebody has emptied it.
    if (size < offset) [offset, partial] = [0, new Uint8Array()];
    const bytes = file.read(offset, Math.min(size - offset, MOST_BYTES));
    offset += bytes.length;
    const whole = joinBytes(partial, bytes);
    const end = whole.lastIndexOf(NEWLINE) + 1;
    partial = whole.slice(end);
    return splitLines(whole.subarray(0, end)).map(parse);
  };

  /** The rest of a file that nobody appends to any more, and closes it. */
  const finish = (): readonly LogLine[] => {
    const lines: LogLine[] = [];
    let before: number;
    do {
      before = offset;
      lines.push(...readOn());
    } while (offset !== before);
    const last = partial.length === 0 ? [] : splitLines(partial).map(parse);
    partial = new Uint8Array();
    file?.close();
    file = null;
    return [...lines, ...last];
  };

  const open = (path: string): boolean => {
    const outcome = host.files.openFile(path);
    if (outcome.kind !== "file") return false;
    [file, offset] = [outcome.file, 0];
    return true;
  };

  /** The log's files from the oldest to the current one. */
  const listChain = () =>
    [...source.listOlder(), source.current].flatMap((path) => {
      const id = host.files.readFileId(path);
      return id === null ? [] : [{ path, id }];
    });

  /** Where a file is in the chain; looks again, for a rename may fall between the looks at two names. */
  const locate = (id: string) => {
    for (let attempt = 1; ; attempt += 1) {
      const chain = listChain();
      const place = chain.findIndex((one) => one.id === id);
      if (place >= 0 || attempt === LOOKS) return { chain, place };
    }
  };

  /** Goes on from file to file up to the current one: several may have become full since the last look. */
  const moveOn = (from: string | null): News => {
    const lines = [...finish()];
    let lost = false;
    for (let last = from; ;) {
      const { chain, place } = last === null ? { chain: listChain(), place: -1 } : locate(last);
      if (last !== null && place < 0) lost = true;
      // Without a place all that is left is news; without a file to come from, only the current one.
      const next = last === null ? chain.at(-1) : chain[place + 1];
      if (next === undefined || !open(next.path)) return { lines, lost };
      if (file?.id !== next.id) {
        // It was renamed in this very moment.
        file?.close();
        file = null;
        continue;
      }
      if (next.path === source.current) return { lines: [...lines, ...readOn()], lost };
      lines.push(...finish());
      last = next.id;
    }
  };

  return {
    look: () => {
      const lines = readOn();
      const id = host.files.readFileId(source.current);
      if (id === null || id === file?.id) return { lines, lost: false };
      const news = moveOn(file?.id ?? null);
      return { lines: [...lines, ...news.lines], lost: news.lost };
    },
    close: () => file?.close(),
  };
}

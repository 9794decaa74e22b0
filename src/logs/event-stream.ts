import type { Host } from "../host/host.ts";
import { eventLogPath, eventLogPaths } from "../gateway/record/event-log.ts";
import { parseEventLine, type GatewayEvent } from "../gateway/record/event.ts";
import { createLineReader, followLines, openLineReader, type LineReader } from "./line-reader.ts";

/** The recorded events, and those to come. */
export interface EventStream {
  /** The reason why the current log cannot be read; null if it can, or if there is none yet. */
  readonly error: string | null;
  /** Returns the last `count` events that match, the oldest first; lines of another form are skipped. */
  readonly last: (
    count: number,
    matches: (event: GatewayEvent) => boolean,
  ) => readonly GatewayEvent[];
  /** Yields every later event until `hasEnded` returns true. */
  readonly follow: (hasEnded?: () => boolean) => AsyncGenerator<GatewayEvent>;
  readonly close: () => void;
}

/** Returns the lines of an older log, unless `current` has it open already. */
function readArchive(host: Host, path: string, current: LineReader | null): readonly string[] {
  const reader = openLineReader(host, path);
  if (reader === null) return [];
  try {
    return reader.id === current?.id ? [] : reader.readLines();
  } finally {
    reader.close();
  }
}

/** Opens the event logs. The current one comes first, for it may be rotated while the others are read. */
export function openEvents(host: Host, root: string): EventStream {
  const path = eventLogPath(root);
  const opened = host.files.openFile(path);
  const current = opened.kind === "file" ? createLineReader(opened.file) : null;
  const recent = current?.readLines() ?? [];
  const archives = eventLogPaths(root)
    .filter((one) => one !== path)
    .toReversed();
  /** Yields the lines of all logs, the newest first; an archive is read if its lines are asked for. */
  const linesBackwards = function* () {
    yield* recent.toReversed();
    for (const archive of archives) yield* readArchive(host, archive, current).toReversed();
  };
  return {
    error: opened.kind === "unreadable" ? `${path}: ${opened.reason}` : null,
    last: (count, matches) =>
      linesBackwards()
        .map(parseEventLine)
        .filter((event) => event !== null)
        .filter(matches)
        .take(count)
        .toArray()
        .toReversed(),
    follow: async function* (hasEnded) {
      for await (const line of followLines(host, eventLogPaths(root), current, hasEnded)) {
        const event = parseEventLine(line);
        if (event !== null) yield event;
      }
    },
    close: () => current?.close(),
  };
}

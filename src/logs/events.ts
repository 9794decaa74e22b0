import type { Host } from "../host/host.ts";
import { eventLogPath, eventLogPaths } from "../gateway/record/event-log.ts";
import { parseEventLine, type GatewayEvent } from "../gateway/record/event.ts";
import { createLineReader, followLines, openLineReader, type LineReader } from "./line-reader.ts";

type Filter = (event: GatewayEvent) => boolean;

/** The events that are on the volume, and those to come. */
export interface EventStream {
  /** Why the current log cannot be read; null where it can, and where there is none yet. */
  readonly trouble: string | null;
  /** The last `count` that are wanted, the oldest first; lines that are none are left out. */
  readonly last: (count: number, matches: Filter) => readonly GatewayEvent[];
  /** Every event from then on, until `hasEnded` says so. */
  readonly follow: (hasEnded?: () => boolean) => AsyncGenerator<GatewayEvent>;
  readonly close: () => void;
}

/** Adds the last events of a log to those of newer logs, which are the newest first. */
function collect(
  found: GatewayEvent[],
  lines: readonly string[],
  count: number,
  isWanted: Filter,
): void {
  for (let index = lines.length - 1; index >= 0 && found.length < count; index -= 1) {
    const event = parseEventLine(lines[index] ?? "");
    if (event !== null && isWanted(event)) found.push(event);
  }
}

/** The lines of an older log, unless it is the one that `current` has open already. */
function readArchive(host: Host, path: string, current: LineReader | null): readonly string[] {
  const reader = openLineReader(host, path);
  if (reader === null) return [];
  try {
    return reader.id === current?.id ? [] : reader.readLines();
  } finally {
    reader.close();
  }
}

/** Opens the gateways' events. The current log comes first: it may be put aside while the others are read. */
export function openEvents(host: Host, root: string): EventStream {
  const path = eventLogPath(root);
  const opened = host.files.openFile(path);
  const current = opened.kind === "file" ? createLineReader(opened.file) : null;
  const recent = current?.readLines() ?? [];
  const archives = eventLogPaths(root)
    .filter((one) => one !== path)
    .toReversed();
  return {
    trouble: opened.kind === "unreadable" ? `${path}: ${opened.reason}` : null,
    last: (count, isWanted) => {
      const found: GatewayEvent[] = [];
      collect(found, recent, count, isWanted);
      for (const archive of archives) {
        if (found.length >= count) break;
        collect(found, readArchive(host, archive, current), count, isWanted);
      }
      return found.toReversed();
    },
    follow: async function* (hasEnded) {
      for await (const line of followLines(host, eventLogPaths(root), current, hasEnded)) {
        const event = parseEventLine(line);
        if (event !== null) yield event;
      }
    },
    close: () => current?.close(),
  };
}

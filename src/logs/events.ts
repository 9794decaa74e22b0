import type { Host } from "../host/host.ts";
import { eventLogPath, eventLogPaths } from "../profiles/event-log.ts";
import { parseEventLine, type GatewayEvent } from "../profiles/gateway-event.ts";
import { followLines, openLineReader, type LineReader } from "./line-reader.ts";

/** The events that are on the volume, and those to come. */
export interface EventStream {
  /** The oldest first; lines that are none are left out. */
  readonly past: readonly GatewayEvent[];
  /** Every event from then on, without end. */
  readonly follow: () => AsyncGenerator<GatewayEvent>;
  readonly close: () => void;
}

function parse(lines: readonly string[]): readonly GatewayEvent[] {
  return lines.flatMap((line) => parseEventLine(line) ?? []);
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
  const current = openLineReader(host, path);
  const recent = current?.readLines() ?? [];
  const older = eventLogPaths(root)
    .filter((one) => one !== path)
    .flatMap((one) => readArchive(host, one, current));
  return {
    past: parse([...older, ...recent]),
    follow: async function* () {
      for await (const line of followLines(host, path, current)) yield* parse([line]);
    },
    close: () => current?.close(),
  };
}

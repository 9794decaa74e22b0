import type { Host } from "../host/host.ts";
import { createFollower, type Follower } from "./follower.ts";
import { dropLines, mergeLogs, type NextLine } from "./merge-logs.ts";
import { readLog, type LogRange, type ReadLimits } from "./read-log.ts";
import type { LogSource } from "./log-source.ts";

/** The limits for all logs together: bytes of their blocks, and archives that are held open. */
const MOST_BLOCK_BYTES = 65_536;
const MOST_HELD = 400;

/** The last lines of several logs as one. */
export interface LogSet {
  /** Returns the lines in order, read on demand. */
  readonly next: NextLine;
  /** The logs that cannot be read, with the reason. */
  readonly unreadable: readonly string[];
  /** Returns the older files that could not be read until now, with the reason. */
  readonly listOlderErrors: () => readonly string[];
  /** By the name of the log; each follows it from the end that was read. */
  readonly followers: Map<string, Follower>;
  /** Closes all files except those of the followers. */
  readonly close: () => void;
}

function divideLimits(logs: number): ReadLimits {
  const blockBytes = Math.floor(MOST_BLOCK_BYTES / Math.max(1, logs));
  return {
    blockBytes: Math.min(65_536, Math.max(1024, blockBytes)),
    held: Math.floor(MOST_HELD / Math.max(1, logs)),
  };
}

/** Reads what `range` asks for of several logs, in the order of time. The caller closes the followers in any case. */
export function readLogs(host: Host, sources: readonly LogSource[], range: LogRange): LogSet {
  const limits = divideLimits(sources.length);
  const followers = new Map<string, Follower>();
  const readings = sources.map((source) => {
    const reading = readLog(host, source, range, limits);
    followers.set(source.name, createFollower(host, source, reading.end));
    return reading;
  });
  const merged = mergeLogs(readings.map(({ next }) => next));
  const total = readings.reduce((sum, { count }) => sum + count, 0);
  const isEnough = range.lines === Infinity || total <= range.lines;
  return {
    next: isEnough ? merged : dropLines(merged, total - range.lines),
    unreadable: readings.flatMap(({ error }) => error ?? []),
    listOlderErrors: () => readings.flatMap(({ olderErrors }) => olderErrors),
    followers,
    close: () => {
      for (const reading of readings) reading.close();
    },
  };
}

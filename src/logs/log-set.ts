import type { Host } from "../host/host.ts";
import { createFollower, type Follower } from "./follow.ts";
import { createStampedParser, parseBootLine, type LineParser } from "./line.ts";
import { dropLines, mergeLogs, type NextLine } from "./merge.ts";
import { readLog, type Share, type Wanted } from "./read-log.ts";
import type { LogSource } from "./source.ts";
import { writerZone } from "./zone.ts";

/** What all logs together may take: bytes of their blocks, and archives that are held open. */
const MOST_BLOCK_BYTES = 65_536;
const MOST_HELD = 400;

/** The end of several logs as one. */
export interface LogSet {
  /** Read as they are asked for. */
  readonly next: NextLine;
  /** The logs that cannot be read, and why. */
  readonly unreadable: readonly string[];
  /** The older files that could not be read until now, and why. */
  readonly listProblems: () => readonly string[];
  /** By the name of the log; each follows it from where its end was read. */
  readonly followers: Map<string, Follower>;
  /** Closes everything but what the followers have. */
  readonly close: () => void;
}

/** Reads the lines of each kind of log. */
function createParsers(host: Host): Readonly<Record<LogSource["format"], LineParser>> {
  return { boot: parseBootLine, "s6-log": createStampedParser(writerZone(host)) };
}

function shareAmong(logs: number): Share {
  const blockBytes = Math.floor(MOST_BLOCK_BYTES / Math.max(1, logs));
  return {
    blockBytes: Math.min(65_536, Math.max(1024, blockBytes)),
    held: Math.floor(MOST_HELD / Math.max(1, logs)),
  };
}

/**
 * The last `lines` lines of several logs together, in the order of their times, none older than `since`. Close the
 * followers, whether or not they were used.
 */
export function readLogs(host: Host, sources: readonly LogSource[], wanted: Wanted): LogSet {
  const share = shareAmong(sources.length);
  const parsers = createParsers(host);
  const parts = sources.map((source) => {
    const parser = parsers[source.format];
    const reading = readLog(host, source, wanted, share, parser);
    return {
      reading,
      entry: [source.name, createFollower(host, source, reading.end, parser)] as const,
    };
  });
  const readings = parts.map(({ reading }) => reading);
  const merged = mergeLogs(readings.map(({ next }) => next));
  const total = readings.reduce((sum, { count }) => sum + count, 0);
  const isEnough = wanted.lines === Infinity || total <= wanted.lines;
  return {
    next: isEnough ? merged : dropLines(merged, total - wanted.lines),
    unreadable: readings.flatMap(({ trouble }) => trouble ?? []),
    listProblems: () => readings.flatMap(({ problems }) => problems),
    followers: new Map(parts.map(({ entry }) => entry)),
    close: () => {
      for (const reading of readings) reading.close();
    },
  };
}

/** Follows a log that has come into being meanwhile: all of it is news. */
export function followNew(host: Host, source: LogSource): Follower {
  return createFollower(host, source, null, createParsers(host)[source.format]);
}

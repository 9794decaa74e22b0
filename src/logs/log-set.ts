import type { Host } from "../host/host.ts";
import { createFollower, type Follower } from "./follow.ts";
import {
  createStampedParser,
  mergeLines,
  parseBootLine,
  type LineParser,
  type LogLine,
} from "./line.ts";
import type { LogSource } from "./source.ts";
import { readTail, type Wanted } from "./tail.ts";
import { writerZone } from "./zone.ts";

/** What is read of all logs together, at most; beyond it older lines are left out. */
const MOST_BYTES = 67_108_864;
const LEAST_BYTES = 262_144;

/** The end of several logs as one. */
export interface LogSet {
  readonly lines: readonly LogLine[];
  /** The logs that cannot be read, and why. */
  readonly unreadable: readonly string[];
  /** What else the reader should know: lines that are left out. */
  readonly warnings: readonly string[];
  /** By the name of the log; each follows it from where its end was read. */
  readonly followers: Map<string, Follower>;
}

/** Reads the lines of each kind of log; those of s6-log have the times of the container's clocks. */
function createParsers(host: Host): Readonly<Record<LogSource["format"], LineParser>> {
  return { boot: parseBootLine, "s6-log": createStampedParser(writerZone(host)) };
}

/**
 * The last `lines` lines of several logs together, in the order of their times, none older than `since`. Close the
 * followers, whether or not they were used.
 */
export function readLogs(
  host: Host,
  sources: readonly LogSource[],
  { lines, since, unfinished = false }: Omit<Wanted, "bytes">,
): LogSet {
  const bytes = Math.max(LEAST_BYTES, Math.floor(MOST_BYTES / Math.max(1, sources.length)));
  const parsers = createParsers(host);
  const parts = sources.map((source) => {
    const parser = parsers[source.format];
    const tail = readTail(host, source, { lines, since, bytes, unfinished }, parser);
    const warnings = tail.cut
      ? [`older lines of '${source.name}' are left out: there are too many`]
      : [];
    const follower = createFollower(host, source, tail.current, parser);
    return { tail, warnings, entry: [source.name, follower] as const };
  });
  const merged = mergeLines(parts.map(({ tail }) => tail.lines));
  return {
    lines: lines === Infinity ? merged : merged.slice(Math.max(0, merged.length - lines)),
    unreadable: parts.flatMap(({ tail }) => tail.trouble ?? []),
    warnings: parts.flatMap(({ warnings }) => warnings),
    followers: new Map(parts.map(({ entry }) => entry)),
  };
}

/** Follows a log that has come into being meanwhile: all of it is news. */
export function followNew(host: Host, source: LogSource): Follower {
  return createFollower(host, source, null, createParsers(host)[source.format]);
}

import { renderTaiLabel } from "../../../core/tai.ts";
import type { Host } from "../../../host/host.ts";
import type { LogStreams } from "../../../host/log-streams.ts";
import { readLoggerError, writeLoggerError, type LoggerError } from "../../logger-error.ts";
import type { ProfileName } from "../../../profiles/name.ts";
import { isNoise } from "./log-command.ts";
import { Destination } from "./destination.ts";
import { LineSplitter } from "./line-splitter.ts";
import { VolumeLog, type VolumeLogOptions } from "./volume-log.ts";

/** Milliseconds between two looks at everything, while nothing is read. */
const LOOK_MS = 50;
/** Milliseconds after which an output that takes nothing counts as not read. */
const STUCK_MS = 1000;
/** Milliseconds without error before s6-log alone does the work again. */
const CALM_MS = 1000;
/** Milliseconds between two records of what is going on. */
const RECORD_MS = 1000;
/** Milliseconds for the last lines: of a gateway's log, and of a line without an end. */
const LAST_MS = 2000;
/** Bytes read at a time, and times between two looks. */
const READ_BYTES = 65_536;
const READS = 4;

/** Milliseconds that a gateway waits for an output that is slow. */
const PATIENCE_MS = 1000;

const UNREAD = "no process reads the container's output";

export interface RelayOptions extends VolumeLogOptions {
  readonly name: ProfileName;
  /** The first line on the volume, which is the proof that it takes lines. */
  readonly greeting: string;
  /** True if the output gets it too: if lines may be missing there. */
  readonly greetsOutput: boolean;
}

/** `ended`: there are no more lines. `healthy`: both destinations take them, and s6-log can do it alone. */
export type RelayOutcome = "ended" | "healthy";

/** Takes a gateway's lines from stdin to both destinations while s6-log cannot. */
export class Relay {
  readonly #host: Host;
  readonly #streams: LogStreams;
  readonly #name: ProfileName;
  readonly #prefix: string;
  readonly #volumeLog: VolumeLog;
  readonly #volume: Destination;
  readonly #output: Destination;
  readonly #splitter: LineSplitter;
  readonly #buffer = Buffer.alloc(READ_BYTES);
  readonly #stamped = Buffer.alloc(16_384);
  /** The time of what is being read. */
  #label: string;
  readonly #before: LoggerError | null;
  readonly #since: string;
  #volumeCause: string | null;
  /** The cause that kept the last dropped lines from the volume. */
  #lostFor = "";
  #outputCause: string | null;
  #lastRead: number;
  #lastErrorAt: number;
  #recorded = "";
  #recordedAt = 0;

  constructor(host: Host, streams: LogStreams, options: RelayOptions) {
    const { name, greeting, greetsOutput } = options;
    const prefix = `hermes: gateway '${name}'`;
    this.#prefix = prefix;
    this.#label = `@${renderTaiLabel(host.clock.now())} `;
    this.#host = host;
    this.#streams = streams;
    this.#name = name;
    // A relay that was killed has said already what it recorded.
    this.#before = readLoggerError(host, name);
    this.#since = this.#before?.since ?? new Date(host.clock.now()).toISOString();
    this.#volumeCause = this.#before?.volume ?? null;
    this.#outputCause = this.#before?.output ?? null;
    this.#lastRead = this.#lastErrorAt = host.clock.elapsed();
    this.#volumeLog = new VolumeLog(host, streams, options);
    this.#volume = new Destination(this.#volumeLog.write, (count) =>
      this.#stampText(`${prefix}: ${count} lines are missing here: ${this.#lostFor}`),
    );
    this.#output = new Destination(
      (bytes) => streams.write(bytes),
      (count) => `${prefix}: ${count} lines are missing here: the output was not read in time`,
    );
    this.#splitter = new LineSplitter((line) => {
      if (isNoise(line)) return;
      this.#volume.push(this.#stamp(line));
      this.#output.push(line);
    });
    this.#noteOnVolume(greeting);
    if (greetsOutput) this.#output.note(`${prefix}: ${greeting}`);
  }

  /** Runs until the lines end, `asked` says so, or everything is well again. */
  async run(asked: () => boolean): Promise<RelayOutcome> {
    const { clock } = this.#host;
    for (;;) {
      const got = this.#read();
      const now = clock.elapsed();
      this.#volumeLog.tick(now);
      this.#volume.flush(now);
      this.#output.flush(now);
      this.#watch(now);
      this.#record(now);
      if (got === "end" || asked()) {
        await this.#finish();
        return "ended";
      }
      if (this.#isCalm(now) && (await this.#handOver(now))) return "healthy";
      await clock.sleep(got === "some" ? 2 : LOOK_MS);
    }
  }

  /** Returns true if the gateway has to wait for a destination that works and is only slow: nothing is dropped. */
  #isToWait(now: number): boolean {
    if (this.#volume.behindSince !== null && this.#volumeLog.cause === null) return true;
    const { behindSince } = this.#output;
    return behindSince !== null && now - behindSince < PATIENCE_MS;
  }

  /** The line with its time; good until the next one. */
  #stamp(line: Uint8Array): Uint8Array {
    const length = this.#stamped.write(this.#label, "latin1");
    this.#stamped.set(line, length);
    return this.#stamped.subarray(0, length + line.length);
  }

  #stampText(text: string): string {
    return `@${renderTaiLabel(this.#host.clock.now())} ${text}`;
  }

  #noteOnVolume(text: string): void {
    this.#volume.note(this.#stampText(`${this.#prefix}: ${text}`));
  }

  #read(): "some" | "empty" | "end" {
    this.#label = `@${renderTaiLabel(this.#host.clock.now())} `;
    for (let count = 0; count < READS; count += 1) {
      const now = this.#host.clock.elapsed();
      this.#volume.flush(now);
      this.#output.flush(now);
      if (this.#isToWait(now)) return "some";
      const got = this.#streams.read(this.#buffer);
      if (got === "end") return "end";
      if (got === "empty") return count === 0 ? "empty" : "some";
      this.#lastRead = this.#host.clock.elapsed();
      this.#splitter.feed(this.#buffer.subarray(0, got));
    }
    return "some";
  }

  /** Says on each destination, once, what keeps the lines from the other one. */
  #watch(now: number): void {
    const prefix = this.#prefix;
    const { cause, isProven } = this.#volumeLog;
    if (cause !== null) {
      this.#lastErrorAt = now;
      if (this.#volumeCause === null) {
        this.#output.note(`${prefix} logs to the container's output only: ${cause}`);
      }
      this.#lostFor = this.#volumeCause = cause;
    } else if (isProven && this.#volumeCause !== null && this.#volume.isDrained) {
      const { missing } = this.#volume;
      const loss = missing === 0 ? "" : `, without ${missing} lines that were only shown here`;
      this.#output.note(`${prefix} logs to the volume again${loss}`);
      this.#volumeCause = null;
    }
    const { stuckSince } = this.#output;
    if (stuckSince !== null && now - stuckSince >= STUCK_MS) {
      this.#lastErrorAt = now;
      if (this.#outputCause === null) this.#noteOnVolume(UNREAD);
      this.#outputCause = UNREAD;
    } else if (this.#outputCause !== null && this.#output.isDrained) {
      const { missing } = this.#output;
      const loss = missing === 0 ? "" : `; it lacks ${missing} lines`;
      this.#noteOnVolume(`the container's output is read again${loss}`);
      this.#outputCause = null;
    }
  }

  #error(): LoggerError | null {
    if (this.#volumeCause === null && this.#outputCause === null) return null;
    return {
      since: this.#since,
      volume: this.#volumeCause,
      output: this.#outputCause,
      missingOnVolume: (this.#before?.missingOnVolume ?? 0) + this.#volume.missing,
      missingOnOutput: (this.#before?.missingOnOutput ?? 0) + this.#output.missing,
    };
  }

  #record(now: number): void {
    const error = this.#error();
    const text = JSON.stringify(error);
    if (text === this.#recorded || now - this.#recordedAt < RECORD_MS) return;
    this.#recorded = text;
    this.#recordedAt = now;
    this.#writeError(error);
  }

  #writeError(error: LoggerError | null): void {
    try {
      writeLoggerError(this.#host, this.#name, error);
    } catch {
      // status and doctor do not get to know; the lines matter more.
    }
  }

  #isCalm(now: number): boolean {
    if (this.#error() !== null || now - this.#lastErrorAt < CALM_MS) return false;
    if (!this.#volumeLog.isProven || !this.#volume.isDrained || !this.#output.isDrained) {
      return false;
    }
    if (!this.#splitter.isInsideLine) return true;
    // s6-log does the same with a line that does not end.
    if (now - this.#lastRead >= LAST_MS) this.#splitter.endLine();
    return false;
  }

  async #handOver(now: number): Promise<boolean> {
    if (await this.#volumeLog.finish(LAST_MS)) {
      this.#writeError(null);
      return true;
    }
    this.#lastErrorAt = now;
    this.#volumeLog.resume();
    return false;
  }

  async #finish(): Promise<void> {
    const { clock } = this.#host;
    const deadline = clock.elapsed() + LAST_MS;
    if (this.#splitter.isInsideLine) this.#splitter.endLine();
    for (;;) {
      const now = clock.elapsed();
      this.#volumeLog.tick(now);
      this.#volume.flush(now);
      this.#output.flush(now);
      const isVolumeDone = this.#volume.isDrained || this.#volumeLog.cause !== null;
      const isOutputDone = this.#output.isDrained || this.#outputCause !== null;
      if ((isVolumeDone && isOutputDone) || now >= deadline) break;
      await clock.sleep(20);
    }
    const limit = this.#volumeLog.cause === null ? LAST_MS : 0;
    if (!(await this.#volumeLog.finish(limit))) this.#volumeLog.kill();
    this.#writeError(null);
  }
}

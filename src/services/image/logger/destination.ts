import { LineQueue } from "./line-queue.ts";

/** Bytes of lines that wait for a destination. */
const QUEUE_BYTES = 262_144;

/** Lines of our own that wait at most. */
const KEPT_NOTES = 20;

/** A pipe takes this much whole or not at all (PIPE_BUF of Linux), so that lines of several writers do not mix. */
const WRITE_BYTES = 4096;

/**
 * Writes without waiting. Returns the number of bytes that were taken, 0 if none; `broken` if no process can ever read
 * them again.
 */
export type WriteNow = (bytes: Uint8Array) => number | "broken";

/**
 * One of the two destinations of a gateway's lines. While it takes none, lines wait in bounded memory; beyond the limit
 * the oldest are dropped and counted, and `describeLoss` reports them in their place.
 */
export class Destination {
  readonly #queue = new LineQueue(QUEUE_BYTES);
  readonly #write: WriteNow;
  readonly #describeLoss: (count: number) => string;
  /** The rest of the lines that are being written. */
  #rest: Uint8Array = new Uint8Array();
  #notes: readonly string[] = [];
  #behindSince: number | null = null;
  #unreported = 0;
  #missing = 0;
  #stuckSince: number | null = null;
  #isBroken = false;

  constructor(write: WriteNow, describeLoss: (count: number) => string) {
    this.#write = write;
    this.#describeLoss = describeLoss;
  }

  /** Lines that were dropped. */
  get missing(): number {
    return this.#missing;
  }

  /** True if everything was written, or if nothing can ever be. */
  get isDrained(): boolean {
    if (this.#isBroken) return true;
    const waiting = this.#rest.length + this.#queue.length + this.#notes.length + this.#unreported;
    return waiting === 0;
  }

  /** Since when half of what it may hold has been waiting, or more; null if less waits. */
  get behindSince(): number | null {
    return this.#behindSince;
  }

  /** The time at which it took no more; null while it takes lines. */
  get stuckSince(): number | null {
    return this.#stuckSince;
  }

  push(line: Uint8Array): void {
    this.#lose(this.#isBroken ? 1 : this.#queue.push(line));
  }

  /** Has a line of our own written before those that wait: it is not dropped with them. */
  note(line: string): void {
    this.#notes = [...this.#notes, line].slice(-KEPT_NOTES);
  }

  /** Writes what can be written now. */
  flush(now: number): void {
    this.#writeAll(now);
    this.#behindSince = this.#queue.length > QUEUE_BYTES / 2 ? (this.#behindSince ?? now) : null;
  }

  #writeAll(now: number): void {
    while (this.#fill()) {
      const taken = this.#write(this.#rest);
      if (taken === "broken") {
        this.#isBroken = true;
        this.#stuckSince = null;
        return;
      }
      this.#rest = this.#rest.subarray(taken);
      if (taken > 0) this.#stuckSince = null;
      if (this.#rest.length > 0) {
        this.#stuckSince ??= now;
        return;
      }
    }
  }

  /** Takes the next lines out of the queue; false if there are none. */
  #fill(): boolean {
    if (this.#isBroken) return false;
    if (this.#rest.length > 0) return true;
    const [note, ...notes] = this.#notes;
    if (note !== undefined) {
      this.#rest = Buffer.from(`${note}\n`);
      this.#notes = notes;
      return true;
    }
    if (this.#unreported > 0) {
      this.#rest = Buffer.from(`${this.#describeLoss(this.#unreported)}\n`);
      this.#unreported = 0;
      return true;
    }
    this.#rest = this.#queue.take(WRITE_BYTES);
    return this.#rest.length > 0;
  }

  #lose(count: number): void {
    this.#missing += count;
    this.#unreported += count;
  }
}

const NEWLINE = 0x0a;

/**
 * Whole lines that wait to be written, oldest first, in a fixed number of bytes. If a line does not fit, the oldest
 * ones are dropped and counted: at least an eighth of the queue at once, so that a flood costs little.
 */
export class LineQueue {
  readonly #bytes: Uint8Array;
  #start = 0;
  #end = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Bytes that wait. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Appends a line, which ends with a newline. Returns the number of lines that were dropped for it. */
  push(line: Uint8Array): number {
    const capacity = this.#bytes.length;
    if (line.length > capacity) return 1;
    const dropped = this.length + line.length > capacity ? this.#drop(line.length) : 0;
    if (this.#end + line.length > capacity) {
      this.#bytes.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    this.#bytes.set(line, this.#end);
    this.#end += line.length;
    return dropped;
  }

  /** Takes whole lines: as many as fit into `limit` bytes, and at least one. Empty if none waits. */
  take(limit: number): Uint8Array {
    const most = this.#bytes.subarray(this.#start, Math.min(this.#end, this.#start + limit));
    const fitting = most.lastIndexOf(NEWLINE) + 1;
    const length = fitting > 0 ? fitting : this.#firstLine();
    const taken = this.#bytes.slice(this.#start, this.#start + length);
    this.#start += length;
    return taken;
  }

  /** Bytes of the oldest line. */
  #firstLine(): number {
    if (this.length === 0) return 0;
    const newline = this.#bytes.indexOf(NEWLINE, this.#start);
    return (newline < 0 || newline >= this.#end ? this.#end - 1 : newline) + 1 - this.#start;
  }

  #drop(needed: number): number {
    const room = Math.max(needed, Math.floor(this.#bytes.length / 8));
    let count = 0;
    while (this.length > 0 && this.length + room > this.#bytes.length) {
      this.#start += this.#firstLine();
      count += 1;
    }
    return count;
  }
}

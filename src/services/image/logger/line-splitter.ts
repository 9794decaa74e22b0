const NEWLINE = 0x0a;

/** Bytes after which s6-log splits a line (its default). */
const LINE_LIMIT = 8192;

/** Cuts what is read into lines; what has no newline yet waits for it. */
export class LineSplitter {
  readonly #partial = Buffer.alloc(LINE_LIMIT + 1);
  readonly #emit: (line: Uint8Array) => void;
  #length = 0;

  /** `emit` gets each line with its newline; the bytes are good only while it runs. */
  constructor(emit: (line: Uint8Array) => void) {
    this.#emit = emit;
  }

  /** True if a line has begun and not ended. */
  get isInsideLine(): boolean {
    return this.#length > 0;
  }

  feed(bytes: Uint8Array): void {
    let start = 0;
    while (start < bytes.length) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline < 0 ? bytes.length : newline;
      const stop = Math.min(end, start + LINE_LIMIT - this.#length);
      this.#partial.set(bytes.subarray(start, stop), this.#length);
      this.#length += stop - start;
      start = stop;
      if (stop === newline) start += 1;
      if (stop === newline || this.#length === LINE_LIMIT) this.endLine();
    }
  }

  /** Ends the line that has begun, even if it is empty. */
  endLine(): void {
    this.#partial[this.#length] = NEWLINE;
    this.#emit(this.#partial.subarray(0, this.#length + 1));
    this.#length = 0;
  }
}

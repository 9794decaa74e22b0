/** Bytes that contain the last events: the reason, the numbers of tokens that some servers send after it, `[DONE]`. */
const TAIL = 8192;

const DONE = /^data:\s*\[DONE\]/m;
const REASON = /"finish_reason"\s*:\s*"/;
const FAILURE = /"(?:error"\s*:\s*["{]|object"\s*:\s*"error")/;

/** The end of a stream of server-sent events that is passed on, looked at only when asked: nothing waits for it. */
export class StreamEnd {
  readonly #pieces: Uint8Array[] = [];
  #length = 0;

  push(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
    while (this.#length - (this.#pieces[0]?.length ?? 0) >= TAIL) {
      this.#length -= this.#pieces.shift()?.length ?? 0;
    }
  }

  /** Returns true if the answer is complete: its end has `[DONE]`, a finish reason, or an error. */
  isWhole(): boolean {
    const text = Buffer.concat(this.#pieces).toString();
    return [DONE, REASON, FAILURE].some((sign) => sign.test(text));
  }
}

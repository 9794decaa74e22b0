/** The end of a stream of server-sent events that is passed on. */
export interface StreamEnd {
  readonly push: (piece: Uint8Array) => void;
  /** Returns true if the answer is complete: its end has `[DONE]`, a finish reason, or an error. */
  readonly isWhole: () => boolean;
}

/** Bytes that contain the last events: the reason, the numbers of tokens that some servers send after it, `[DONE]`. */
const TAIL = 8192;

const DONE = /^data:\s*\[DONE\]/m;
const REASON = /"finish_reason"\s*:\s*"/;
const FAILURE = /"(?:error"\s*:\s*["{]|object"\s*:\s*"error")/;

/** Collects the end of a stream and looks at it only when it is asked, so that nothing waits for it. */
export function createStreamEnd(): StreamEnd {
  const pieces: Uint8Array[] = [];
  let length = 0;
  return {
    push: (piece) => {
      pieces.push(piece);
      length += piece.length;
      while (length - (pieces[0]?.length ?? 0) >= TAIL) length -= pieces.shift()?.length ?? 0;
    },
    isWhole: () => {
      const text = Buffer.concat(pieces).toString();
      return [DONE, REASON, FAILURE].some((sign) => sign.test(text));
    },
  };
}

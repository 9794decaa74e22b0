/** The end of a stream of server-sent events that passes by. */
export interface StreamEnd {
  readonly push: (piece: Uint8Array) => void;
  /** Whether what has passed is all of an answer: it says that it is done, why it ends, or what went wrong. */
  readonly isWhole: () => boolean;
}

/** Bytes in which the last events are: the reason, the numbers of tokens that some send behind it, `[DONE]`. */
const TAIL = 8192;

const DONE = /^data:\s*\[DONE\]/m;
const REASON = /"finish_reason"\s*:\s*"/;
const FAILURE = /"(?:error"\s*:\s*["{]|object"\s*:\s*"error")/;

/** Looks at the end of a stream only, and only once it is there: what passes must not wait. */
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

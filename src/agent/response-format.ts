/** The format of a server's answer. */
export interface ResponseFormat {
  /** True for a stream of server-sent events; false for one text. */
  readonly isStream: boolean;
  /** All of the body, with the part that was looked at. */
  readonly body: AsyncGenerator<Uint8Array, void, void>;
}

/** Returns true if a media type is that of server-sent events; case does not matter (RFC 9110, 8.3.1). */
export function isEventStream(contentType: string): boolean {
  return /^\s*text\/event-stream\s*(?:;|$)/i.test(contentType);
}

/** The first letters of a stream's lines: data, event, id, retry, a comment. */
const BEGINNINGS = "deir:";

/**
 * Detects the format of an answer by its beginning: some servers and proxies stream without announcing it, and report
 * an error as JSON after announcing a stream.
 */
export async function detectFormat(
  body: AsyncGenerator<Uint8Array, void, void>,
  contentType: string,
): Promise<ResponseFormat> {
  const pieces: Uint8Array[] = [];
  const decoder = new TextDecoder();
  let first = "";
  while (first === "") {
    const next = await body.next();
    if (next.done === true) break;
    pieces.push(next.value);
    first = decoder.decode(next.value, { stream: true }).trimStart().charAt(0);
  }
  const announced = isEventStream(contentType);
  const isStream = announced ? first !== "{" : first !== "" && BEGINNINGS.includes(first);
  return { isStream, body: allOf(pieces, body) };
}

async function* allOf(
  pieces: readonly Uint8Array[],
  rest: AsyncGenerator<Uint8Array, void, void>,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* pieces;
    yield* rest;
  } finally {
    // A reader that stops among the pieces stops the rest, too.
    await rest.return();
  }
}

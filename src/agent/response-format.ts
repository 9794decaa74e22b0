/** What a server answers with. */
export interface ResponseFormat {
  /** Whether it is a stream of server-sent events; else it is one text. */
  readonly isStream: boolean;
  /** All of it, what was looked at too. */
  readonly body: AsyncGenerator<Uint8Array, void, void>;
}

/** Whether a media type is that of server-sent events; upper and lower case mean the same (RFC 9110, 8.3.1). */
export function isEventStream(contentType: string): boolean {
  return /^\s*text\/event-stream\s*(?:;|$)/i.test(contentType);
}

/** The first letters of what a line of a stream may begin with: data, event, id, retry, a comment. */
const BEGINNINGS = "deir:";

/**
 * Finds out what an answer is by how it begins: there are servers, and proxies before them, that stream
 * without saying so, and that report an error as JSON where a stream was announced.
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
    // Who leaves among the pieces leaves the rest, too.
    await rest.return();
  }
}

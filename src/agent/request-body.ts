/** Bytes of a request; conversations with pictures in them are large. */
export const LONGEST_BODY = 16_777_216;

/** The text of a request's body; null where it is longer than `limit` bytes. */
export async function readBody(request: Request, limit: number): Promise<string | null> {
  const announced = Number(request.headers.get("content-length") ?? "0");
  if (announced > limit) return null;
  const chunks: Uint8Array[] = [];
  let total = 0;
  const body: AsyncIterable<Uint8Array> | null = request.body;
  for await (const chunk of body ?? []) {
    total += chunk.length;
    if (total > limit) return null;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

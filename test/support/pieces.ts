/** The pieces of an answer's body as they arrive. */
export async function* piecesOf(response: Response): AsyncGenerator<Uint8Array, void, void> {
  const body: AsyncIterable<Uint8Array> | null = response.body;
  for await (const piece of body ?? []) yield piece;
}

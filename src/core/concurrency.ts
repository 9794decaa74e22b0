/** Child processes at a time: Bun 1.4.4 aborts when some hundreds are spawned at once, and two cores gain nothing. */
export const CHILDREN_AT_A_TIME = 16;

/** Maps in order of `items` with at most `limit` calls under way; the first rejection rejects. */
export async function mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  map: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const entries = items.entries();
  const work = async () => {
    for (const [index, item] of entries) results[index] = await map(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return results;
}

import type { Table } from "./command-table.ts";

/** Edits that turn one word into the other (Levenshtein). */
export function editDistance(first: string, second: string): number {
  let row = Array.from({ length: second.length + 1 }, (_, index) => index);
  for (let i = 0; i < first.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < second.length; j += 1) {
      const replace = (row[j] ?? 0) + (first[i] === second[j] ? 0 : 1);
      next.push(Math.min(replace, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

const SHORTEST_BEGINNING = 3;

/**
 * Returns the candidate that the user who typed `word` may have meant: one that begins with it, or a similar one; null
 * if there is none.
 */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const limit = word.length < 4 ? 1 : Math.max(2, Math.floor(word.length / 3));
  const begins = (name: string) => word.length >= SHORTEST_BEGINNING && name.startsWith(word);
  const ranked = candidates
    .map((candidate) => ({
      candidate,
      distance: begins(candidate) ? 0 : editDistance(word, candidate),
    }))
    .filter(({ distance }) => distance <= limit)
    .toSorted((first, second) => first.distance - second.distance);
  return ranked[0]?.candidate ?? null;
}

/** The command that may be meant by a word that is none: one of a group's, by its whole name, or one like it. */
export function nearestCommand(word: string, table: Table): string | null {
  const inside = Object.entries(table).flatMap(([name, entry]) =>
    "children" in entry && Object.hasOwn(entry.children, word) ? [`${name} ${word}`] : [],
  );
  return inside[0] ?? nearest(word, Object.keys(table));
}

/** The question at the end of a failure: whether the nearest word was meant; empty for none. */
export function didYouMean(near: string | null): string {
  return near === null ? "" : `; did you mean '${near}'?`;
}

import { searchBack, type History } from "./history.ts";

/** A search in the history, the way Ctrl-R does it. */
export interface Search {
  readonly wanted: string;
  /** The entry that was found; `entries.length` before the first. */
  readonly at: number;
  /** True if no entry has the searched text. */
  readonly failed: boolean;
  /** The text in the editor before the search, to which giving up returns. */
  readonly before: string;
}

export function beginSearch(history: History, before: string): Search {
  return { wanted: "", at: history.entries.length, failed: false, before };
}

/** Returns the same entry, or an older one, for the searched text. */
export function refineSearch(history: History, search: Search, wanted: string): Search {
  const { length } = history.entries;
  if (wanted === "") return { ...search, wanted, at: length, failed: false };
  const from = wanted.startsWith(search.wanted) ? search.at + 1 : length;
  return settle(search, wanted, searchBack(history, wanted, from));
}

/** Returns the next older entry that has it. */
export function searchOlder(history: History, search: Search): Search {
  return settle(search, search.wanted, searchBack(history, search.wanted, search.at));
}

function settle(search: Search, wanted: string, found: number | null): Search {
  if (found === null) return { ...search, wanted, failed: true };
  return { ...search, wanted, at: found, failed: false };
}

/** Returns the text that the search shows. */
export function foundText(history: History, search: Search): string {
  return history.entries[search.at] ?? search.before;
}

import type { History } from "./history.ts";

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
  return searchBack(history, search, wanted, from);
}

/** Returns the next older entry that has it. */
export function searchOlder(history: History, search: Search): Search {
  return searchBack(history, search, search.wanted, search.at);
}

/** Goes to the nearest entry before `from` that has the text; stays if there is none. */
function searchBack({ entries }: History, search: Search, wanted: string, from: number): Search {
  const has = (entry: string, index: number) => index < from && entry.includes(wanted);
  const at = wanted === "" ? -1 : entries.findLastIndex(has);
  return { ...search, wanted, failed: at < 0, at: at < 0 ? search.at : at };
}

/** Returns the text that the search shows. */
export function foundText(history: History, search: Search): string {
  return history.entries[search.at] ?? search.before;
}

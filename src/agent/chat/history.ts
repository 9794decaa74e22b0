import { isJsonObject, parseJson } from "../../core/json.ts";

/** What was written before, the oldest first, and where one is in it. */
export interface History {
  readonly entries: readonly string[];
  /** The entry that is shown; `entries.length` is the text that is being written. */
  readonly at: number;
  /** What was being written when one went into the past. */
  readonly draft: string;
}

/** Entries that are kept. */
export const HISTORY_ENTRIES = 1000;

export function historyOf(entries: readonly string[]): History {
  const kept = entries.slice(-HISTORY_ENTRIES);
  return { entries: kept, at: kept.length, draft: "" };
}

/** Adds what was sent and comes back to the present; the same text twice in a row is one entry. */
export function remember(history: History, text: string): History {
  const { entries } = history;
  return historyOf(entries.at(-1) === text ? entries : [...entries, text]);
}

export interface Recalled {
  readonly history: History;
  readonly text: string;
}

/** One step into the past; null at the oldest. What was being written waits at the other end. */
export function older(history: History, current: string): Recalled | null {
  if (history.at === 0) return null;
  const draft = history.at === history.entries.length ? current : history.draft;
  const at = history.at - 1;
  return { history: { ...history, at, draft }, text: history.entries[at] ?? "" };
}

/** One step back to the present; null where one is there. */
export function newer(history: History): Recalled | null {
  if (history.at >= history.entries.length) return null;
  const at = history.at + 1;
  return { history: { ...history, at }, text: history.entries[at] ?? history.draft };
}

/** The nearest entry before `from` that has `wanted` in it; null where there is none. */
export function searchBack(history: History, wanted: string, from: number): number | null {
  if (wanted === "") return null;
  const found = history.entries.findLastIndex(
    (entry, index) => index < from && entry.includes(wanted),
  );
  return found < 0 ? null : found;
}

/** A line of the history's file: a text may have several lines. */
export function formatHistoryLine(text: string): string {
  return `${JSON.stringify({ text })}\n`;
}

/** The texts of a history's file; lines that are broken are left out. */
export function parseHistory(file: string): readonly string[] {
  return file.split("\n").flatMap((line) => {
    const value = parseJson(line);
    return isJsonObject(value) && typeof value["text"] === "string" ? [value["text"]] : [];
  });
}

import { isJsonObject, parseJson } from "../../core/json.ts";

/** The texts that were sent, the oldest first, and the current one. */
export interface History {
  readonly entries: readonly string[];
  /** The entry that is shown; `entries.length` is the text in the editor. */
  readonly at: number;
  /** The text in the editor before the first step back. */
  readonly draft: string;
}

/** Entries that are kept. */
export const HISTORY_ENTRIES = 1000;

export function historyOf(entries: readonly string[]): History {
  const kept = entries.slice(-HISTORY_ENTRIES);
  return { entries: kept, at: kept.length, draft: "" };
}

/** Adds a sent text and returns to the editor's text; the same text twice in a row is one entry. */
export function remember(history: History, text: string): History {
  const { entries } = history;
  return historyOf(entries.at(-1) === text ? entries : [...entries, text]);
}

export interface Recalled {
  readonly history: History;
  readonly text: string;
}

/** Goes one entry back; null at the oldest. The editor's text is kept at the other end. */
export function older(history: History, current: string): Recalled | null {
  if (history.at === 0) return null;
  const draft = history.at === history.entries.length ? current : history.draft;
  const at = history.at - 1;
  return { history: { ...history, at, draft }, text: history.entries[at] ?? "" };
}

/** Goes one entry forward; null at the editor's text. */
export function newer(history: History): Recalled | null {
  if (history.at >= history.entries.length) return null;
  const at = history.at + 1;
  return { history: { ...history, at }, text: history.entries[at] ?? history.draft };
}

/** Renders a text, which may have several lines, as one line of the history's file. */
export function formatHistoryLine(text: string): string {
  return `${JSON.stringify({ text })}\n`;
}

/** Parses the history's file; broken lines are left out. */
export function parseHistory(file: string): readonly string[] {
  return file.split("\n").flatMap((line) => {
    const value = parseJson(line);
    return isJsonObject(value) && typeof value["text"] === "string" ? [value["text"]] : [];
  });
}

import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { removeControls } from "../../core/printable.ts";
import { formatHistoryLine, HISTORY_ENTRIES, parseHistory } from "./history.ts";

/** Bytes of the longest file that is read; two of the longest texts are less. */
const FILE_LIMIT = 16_777_216;

/** Bytes beyond which only the last entries are kept. */
const TRIM_AT = 1_048_576;

/** Returns the last lines that together have no more than half of that; one that is too long by itself is left out. */
function lastLines(lines: readonly string[]): readonly string[] {
  const kept: string[] = [];
  let bytes = 0;
  for (const line of lines.slice(-HISTORY_ENTRIES / 2).toReversed()) {
    const length = Buffer.byteLength(line);
    if (bytes + length > TRIM_AT / 2) continue;
    bytes += length;
    kept.unshift(line);
  }
  return kept;
}

/** Returns the path of a profile's history: a line for each text that was sent. */
export function historyPath(profile: string): string {
  return join(profile, "chat_history.jsonl");
}

/**
 * Reads the sent texts, the oldest first; none if the file cannot be read. The agent can write there, too, so control
 * characters are removed.
 */
export function readHistory(host: Host, profile: string): readonly string[] {
  return readEntries(host, profile) ?? [];
}

function readEntries(host: Host, profile: string): readonly string[] | null {
  const outcome = host.files.readTextFile(historyPath(profile), FILE_LIMIT);
  if (outcome.kind !== "text") return null;
  return parseHistory(outcome.text).slice(-HISTORY_ENTRIES).map(removeControls);
}

/**
 * Adds a text to the file, which only its owner may read, and keeps it short. Two conversations may add at the same
 * time. Returns the reason if it cannot be done, else null.
 */
export function appendHistory(host: Host, profile: string, text: string): string | null {
  const path = historyPath(profile);
  try {
    host.files.appendToFile(path, formatHistoryLine(text), 0o600);
    if ((host.files.readStatus(path)?.size ?? 0) > TRIM_AT) {
      const entries = readEntries(host, profile);
      if (entries === null) return "the file is too long";
      const kept = lastLines(entries.map(formatHistoryLine));
      host.files.writeFileAtomically(path, kept.join(""), 0o600);
    }
    return null;
  } catch (error) {
    return host.files.describeSystemError(error);
  }
}

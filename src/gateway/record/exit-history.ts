import { join } from "node:path";
import * as v from "valibot";
import { lenientList } from "./lenient-fields.ts";
import { parseJson } from "../../core/json.ts";
import type { Host } from "../../host/host.ts";
import { describeExitFile, type FileError } from "./exit-file.ts";
import { exitSchema, type RecordedExit } from "./exit.ts";

const historySchema = v.object({ exits: lenientList(exitSchema) });

/** Ends kept on the volume for each gateway. */
const KEPT_EXITS = 50;
const MAX_HISTORY_BYTES = 262_144;

/** The history on the volume, for people: the policy does not read it. */
function historyPath(profile: string): string {
  return join(profile, "gateway_exits.json");
}

/**
 * The last ends on the volume, oldest first, those before the container's last start included. An entry without its
 * time or its meaning is left out; another wrong value of it is unknown.
 */
export function readExitHistory(host: Host, profile: string): readonly RecordedExit[] {
  const outcome = host.files.readTextFile(historyPath(profile), MAX_HISTORY_BYTES);
  if (outcome.kind !== "text") return [];
  const result = v.safeParse(historySchema, parseJson(outcome.text));
  return result.success ? result.output.exits : [];
}

/** Returns the fault of the exit history of a profile's gateway, with its path; null if there is none. */
export function describeHistoryError(host: Host, profile: string): FileError | null {
  return describeExitFile(host, historyPath(profile), MAX_HISTORY_BYTES, {});
}

/** Adds an end to the history on the volume. Throws the system's error. */
export function appendToHistory(host: Host, profile: string, exit: RecordedExit): void {
  const exits = [...readExitHistory(host, profile), exit].slice(-KEPT_EXITS);
  const text = `${JSON.stringify({ version: 2, exits })}\n`;
  host.files.writeFileAtomically(historyPath(profile), text, 0o644);
}

/** The history with what the volume refused to take: ends that only the run-time record has. */
export function mergeExits(
  history: readonly RecordedExit[],
  live: readonly RecordedExit[],
): readonly RecordedExit[] {
  const known = new Set(history.map(({ at, pid }) => `${at} ${pid}`));
  const missing = live.filter(({ at, pid }) => !known.has(`${at} ${pid}`));
  return [...history, ...missing].toSorted((first, second) => first.at - second.at);
}

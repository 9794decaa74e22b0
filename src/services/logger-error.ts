import * as v from "valibot";
import { parseJson } from "../core/json.ts";
import { toPrintable } from "../core/printable.ts";
import type { Host } from "../host/host.ts";
import type { ProfileName } from "../profiles/name.ts";
import {
  ensureRuntimeDirectory,
  gatewayFilePath,
  runtimeDirectory,
} from "../profiles/runtime-directory.ts";

const LONGEST_CAUSE = 300;
const MAX_BYTES = 8192;

const cause = v.nullable(
  v.pipe(
    v.string(),
    v.transform((text) => toPrintable(text, LONGEST_CAUSE)),
  ),
);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const errorSchema = v.object({
  /** ISO 8601. */
  since: v.string(),
  /** The cause that keeps it from the volume; null if there is none. */
  volume: cause,
  /** The cause that keeps it from the container's output; null if there is none. */
  output: cause,
  /** Lines that were dropped for each since then. */
  missingOnVolume: count,
  missingOnOutput: count,
});

/** The causes that keep a gateway's logger from one of its two destinations, or kept it until a moment ago. */
export type LoggerError = Readonly<v.InferOutput<typeof errorSchema>>;

/** The error of a gateway's logger; null if it has none. */
export function readLoggerError(host: Host, name: ProfileName): LoggerError | null {
  const path = gatewayFilePath(runtimeDirectory(host), name, "log.json");
  const outcome = host.files.readTextFile(path, MAX_BYTES);
  if (outcome.kind !== "text") return null;
  const result = v.safeParse(errorSchema, parseJson(outcome.text));
  return result.success ? result.output : null;
}

/** Replaces the recorded error of a gateway's logger. Throws the system's error. */
export function writeLoggerError(host: Host, name: ProfileName, error: LoggerError | null): void {
  if (error === null) {
    host.files.removeFile(gatewayFilePath(runtimeDirectory(host), name, "log.json"));
    return;
  }
  const path = gatewayFilePath(ensureRuntimeDirectory(host), name, "log.json");
  host.files.writeFileAtomically(path, `${JSON.stringify(error)}\n`, 0o644);
}

const lines = (number: number) => `${number} line${number === 1 ? "" : "s"}`;

/** The error in one sentence, without a final period; null if only the past is left of it. */
export function describeLoggerError(error: LoggerError): string | null {
  const { volume, output, missingOnVolume, missingOnOutput } = error;
  const parts = [
    ...(volume === null ? [] : [`lines go to the container's output only: ${volume}`]),
    ...(output === null ? [] : [output]),
  ];
  if (parts.length === 0) return null;
  const losses = [
    ...(missingOnVolume === 0 ? [] : [`${lines(missingOnVolume)} dropped for the volume`]),
    ...(missingOnOutput === 0 ? [] : [`${lines(missingOnOutput)} dropped for the output`]),
  ];
  return [...parts, ...losses].join("; ");
}

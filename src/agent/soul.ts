import { AppError } from "../core/errors.ts";
import type { Host } from "../host/host.ts";
import { markerPath } from "../profiles/paths.ts";
import { CONFIG_BYTES } from "./config-values.ts";

/** Returns the system prompt, `SOUL.md`; null if there is none, or nothing in it. Throws with 78 if unreadable. */
export function readSoul(host: Host, profile: string): string | null {
  const path = markerPath(profile);
  const outcome = host.files.readTextFile(path, CONFIG_BYTES);
  if (outcome.kind === "unreadable") {
    throw new AppError("configuration", `Cannot use ${path}: ${outcome.reason}`, {
      hint: `make it a file of at most ${CONFIG_BYTES / 1024} KiB, or a link to one`,
    });
  }
  const text = outcome.kind === "missing" ? "" : outcome.text.trim();
  return text === "" ? null : text;
}

import { AppError } from "../core/errors.ts";
import { findOnPath, isProgram } from "../core/search-path.ts";
import type { Host } from "../host/host.ts";

/** As shells have it: found, and not to be executed. */
const NOT_EXECUTABLE = 126;

/** Returns the absolute path of a program on PATH, or of one named by a path; null if there is none. */
function findProgram(host: Host, word: string): string | null {
  if (word.includes("/")) return isProgram(host, word) ? word : null;
  return findOnPath(host, host.environment["PATH"] ?? "", word);
}

/** Refuses a file that is named by its path, and so meant as a program, but that hermes may not execute. */
function refuseUnusable(host: Host, word: string): void {
  if (!word.includes("/") || host.files.readTargetStatus(word)?.kind !== "file") return;
  throw new AppError("refused", `Cannot run '${word}': user hermes may not execute it`, {
    hint: "give it to everybody: chmod a+rx",
    exitCode: NOT_EXECUTABLE,
  });
}

/** Returns the words to run: a program on PATH that is no subcommand of hermes; `hermes …` for everything else. */
export function routeCommand(
  host: Host,
  args: readonly string[],
  subcommands: ReadonlySet<string>,
): readonly string[] {
  const [first] = args;
  // Also if PATH leads to no program of that name.
  if (first === "hermes") return [host.self.executable, ...args.slice(1)];
  const hermes = [host.self.executable, ...args];
  if (first === undefined || first.startsWith("-") || subcommands.has(first)) return hermes;
  const program = findProgram(host, first);
  if (program !== null) return [program, ...args.slice(1)];
  refuseUnusable(host, first);
  return hermes;
}

import { join } from "node:path";
import type { Host } from "../host/host.ts";

/** Absolute path of a program on PATH, or of one named by a path; null where there is none. */
function findProgram(host: Host, word: string): string | null {
  if (word === "") return null;
  if (word.includes("/")) return isProgram(host, word) ? word : null;
  for (const directory of (host.environment["PATH"] ?? "").split(":")) {
    if (!directory.startsWith("/")) continue;
    const candidate = join(directory, word);
    if (isProgram(host, candidate)) return candidate;
  }
  return null;
}

function isProgram(host: Host, path: string): boolean {
  return !host.files.isDirectory(path) && host.files.isExecutable(path);
}

/**
 * What the container's command runs: `hermes` for no words, flags, its own subcommands (even where a
 * program of that name exists) and everything unknown; else the program on PATH.
 */
export function routeCommand(
  host: Host,
  args: readonly string[],
  subcommands: ReadonlySet<string>,
): readonly string[] {
  const hermes = [host.self.executable, ...args];
  const [first] = args;
  if (first === undefined || first.startsWith("-") || subcommands.has(first)) return hermes;
  const program = findProgram(host, first);
  return program === null ? hermes : [program, ...args.slice(1)];
}

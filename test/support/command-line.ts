import { reportError } from "../../src/cli/report-error.ts";
import { runCommandLine } from "../../src/cli/runner.ts";
import { HERMES, HERMES_BOOT, type Program } from "../../src/cli/command-table.ts";
import type { FakeHost } from "./fake-host.ts";

/** What one command line did to the fake world's output. */
export interface CommandOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly notes: readonly string[];
}

async function run(
  host: FakeHost,
  program: Program,
  words: readonly string[],
): Promise<CommandOutcome> {
  const before = { stdout: host.stdout.length, notes: host.notes.length };
  const code = await runCommandLine(host, program, words).catch((error: unknown) =>
    reportError(host, error),
  );
  return {
    code,
    stdout: host.stdout.slice(before.stdout),
    notes: host.notes.slice(before.notes),
  };
}

/** Runs `hermes WORDS` in a fake world. */
export function hermes(host: FakeHost, ...words: readonly string[]): Promise<CommandOutcome> {
  return run(host, HERMES, words);
}

/** Runs `hermes-boot WORDS` in a fake world. */
export function hermesBoot(host: FakeHost, ...words: readonly string[]): Promise<CommandOutcome> {
  return run(host, HERMES_BOOT, words);
}

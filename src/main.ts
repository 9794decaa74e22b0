import { basename } from "node:path";
import { HERMES, HERMES_BOOT } from "./cli/table.ts";
import { textAtOnce } from "./cli/text-at-once.ts";
import type { Host } from "./host/host.ts";
import { BrokenPipe, writeToDescriptor } from "./host/output.ts";

/** 128 + SIGPIPE: the reader of our output went away. */
const BROKEN_PIPE_EXIT = 141;

/** Loaded when needed: a command that succeeds pays nothing for it. */
async function report(host: Host, error: unknown): Promise<number> {
  const { reportError } = await import("./cli/report-error.ts");
  return reportError(host, error);
}

/** Selects the command set by the name the executable is called by, and runs the command line. */
async function run(): Promise<number> {
  const args = process.argv.slice(2);
  const isBoot = basename(process.argv0) === "hermes-boot";
  const table = isBoot ? HERMES_BOOT : HERMES;
  const text = textAtOnce(table, args);
  if (text !== null) {
    writeToDescriptor(1, text);
    return 0;
  }
  // Not before: a text needs nothing of the world but its output.
  const { createHost } = await import("./host/host.ts");
  const host = createHost();
  try {
    const { runCommandLine } = await import("./cli/runner.ts");
    return await runCommandLine(host, isBoot ? "hermes-boot" : "hermes", table, args);
  } catch (error) {
    if (error instanceof BrokenPipe) throw error;
    return report(host, error);
  }
}

async function main(): Promise<void> {
  try {
    process.exitCode = await run();
  } catch (error) {
    if (!(error instanceof BrokenPipe)) throw error;
    process.exitCode = BROKEN_PIPE_EXIT;
  }
}

await main();

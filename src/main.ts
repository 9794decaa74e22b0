import { basename } from "node:path";
import { HERMES, HERMES_BOOT } from "./cli/command-table.ts";
import { findStaticText } from "./cli/static-text.ts";
import { BrokenPipe, keepTerminalModesAtExit, writeToDescriptor } from "./host/output.ts";

/** 128 + SIGPIPE: the reader of our output went away. */
const BROKEN_PIPE_EXIT = 141;

/** The exit code of a failure that cannot be reported. */
const UNREPORTED_EXIT = 1;

/** Says why the command failed; loaded when needed: a command that succeeds pays nothing for it. */
async function report(error: unknown): Promise<number> {
  if (error instanceof BrokenPipe) return BROKEN_PIPE_EXIT;
  const { createHost } = await import("./host/host.ts");
  const { reportError } = await import("./cli/report-error.ts");
  try {
    return reportError(createHost(), error);
  } catch (second) {
    return second instanceof BrokenPipe ? BROKEN_PIPE_EXIT : UNREPORTED_EXIT;
  }
}

/** Selects the command set by the name the executable is called by, and runs the command line. */
async function run(): Promise<number> {
  const args = process.argv.slice(2);
  const program = basename(process.argv0) === HERMES_BOOT.name ? HERMES_BOOT : HERMES;
  const text = findStaticText(program, args);
  if (text !== null) {
    writeToDescriptor(1, text);
    return 0;
  }
  // Not before: a text needs nothing of the world but its output.
  const { createHost } = await import("./host/host.ts");
  const host = createHost();
  const { runCommandLine } = await import("./cli/runner.ts");
  return runCommandLine(host, program, args);
}

async function main(): Promise<void> {
  try {
    process.exitCode = await run();
  } catch (error) {
    process.exitCode = await report(error);
  }
  keepTerminalModesAtExit();
}

await main();

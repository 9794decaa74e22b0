import { basename } from "node:path";
import { runCommandLine } from "./cli/runner.ts";
import { HERMES, HERMES_BOOT } from "./cli/table.ts";
import { createHost, type Host } from "./host/host.ts";
import { BrokenPipe } from "./host/output.ts";

/** 128 + SIGPIPE: the reader of our output went away. */
const BROKEN_PIPE_EXIT = 141;

/** Selects the command set by the name the executable is called by, and runs the command line. */
async function run(host: Host): Promise<number> {
  const args = process.argv.slice(2);
  if (basename(process.argv0) === "hermes-boot") {
    return runCommandLine(host, "hermes-boot", HERMES_BOOT, args);
  }
  return runCommandLine(host, "hermes", HERMES, args);
}

/** Loaded when needed: a command that succeeds pays nothing for it. */
async function report(host: Host, error: unknown): Promise<number> {
  const { reportError } = await import("./cli/report-error.ts");
  return reportError(host, error);
}

async function main(): Promise<void> {
  const host = createHost();
  try {
    process.exitCode = await run(host);
  } catch (error) {
    process.exitCode = error instanceof BrokenPipe ? BROKEN_PIPE_EXIT : await report(host, error);
  }
}

await main();

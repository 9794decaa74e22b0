import { runProgram, type ProgramResult, type RunOptions } from "./run-program.ts";

/** What scripts/test found out about this machine's container engine. */
export interface Engine {
  readonly program: string;
  /** The flags without which no container starts here. */
  readonly runFlags: readonly string[];
  readonly image: string;
}

export function readEngine(): Engine {
  const name = requiredVariable("HERMES_TEST_ENGINE");
  const program = Bun.which(name);
  if (program === null) throw new Error(`Cannot find '${name}', which HERMES_TEST_ENGINE names`);
  const flags = process.env["HERMES_TEST_RUN_FLAGS"] ?? "";
  return {
    program,
    runFlags: flags.split(" ").filter((flag) => flag !== ""),
    image: requiredVariable("HERMES_TEST_IMAGE"),
  };
}

/** Calls the engine, for example `engine(["container", "inspect", name])`. */
export async function engine(
  argv: readonly string[],
  options: RunOptions = {},
): Promise<ProgramResult> {
  return await runProgram([readEngine().program, ...argv], options);
}

/** As `engine`, for a call that must succeed: throws what the engine said if it does not. */
export async function engineOk(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const result = await engine(argv, options);
  if (result.code !== 0) {
    throw new Error(`The engine's '${argv.join(" ")}' exited ${result.code}: ${result.stderr}`);
  }
  return result.stdout;
}

/** A name that no other test run uses. */
export function uniqueName(): string {
  return `hermes-test-${crypto.randomUUID().slice(0, 12)}`;
}

/**
 * What marks the containers and volumes of this run. A test that runs out of time never gets to its clean-up:
 * scripts/test removes what still carries the mark.
 */
export function labelArguments(): string[] {
  return [`--label=hermes.test=${process.env["HERMES_TEST_RUN"] ?? "by-hand"}`];
}

function requiredVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Error(`${name} is not set: run the container tests with 'scripts/test container'`);
  }
  return value;
}

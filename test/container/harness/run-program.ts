/** How a program ended, and what it said. `code` is 128 + the signal's number if a signal ended it. */
export interface ProgramResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

export interface RunOptions {
  /** After this many milliseconds the program gets SIGTERM, and 5 s later SIGKILL. */
  readonly limit?: number;
  readonly input?: string;
}

/**
 * Runs a program (absolute path first) and waits for it; a failing one is a result, one that outlives its limit throws.
 */
export async function runProgram(
  argv: readonly string[],
  { limit = 120_000, input = "" }: RunOptions = {},
): Promise<ProgramResult> {
  const started = performance.now();
  const child = Bun.spawn([...argv], {
    stdin: new TextEncoder().encode(input),
    stdout: "pipe",
    stderr: "pipe",
  });
  let outlived = false;
  let kill: Timer | undefined;
  const end = setTimeout(() => {
    outlived = true;
    child.kill("SIGTERM");
    kill = setTimeout(() => child.kill("SIGKILL"), 5_000);
  }, limit);
  try {
    const [stdout, stderr, code] = await Promise.all([
      child.stdout.text(),
      child.stderr.text(),
      child.exited,
    ]);
    if (outlived) {
      throw new Error(`'${argv.join(" ")}' took longer than ${limit} ms\n${stdout}\n${stderr}`);
    }
    return { code, stdout, stderr, milliseconds: performance.now() - started };
  } finally {
    clearTimeout(end);
    clearTimeout(kill);
  }
}

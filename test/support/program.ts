/** How a program ended, and what it said. */
export interface ProgramResult {
  /** 128 + the signal's number where a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
}

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Text on stdin; without it stdin is empty. */
  readonly input?: string;
  /** Milliseconds until SIGKILL and an error. */
  readonly limit?: number;
}

/** Runs a program to its end. One that fails is a result, one that outlives its limit throws. */
export async function runProgram(
  argv: readonly string[],
  { env, input = "", limit = 60_000 }: ProgramOptions = {},
): Promise<ProgramResult> {
  const started = performance.now();
  const child = Bun.spawn([...argv], {
    stdin: new TextEncoder().encode(input),
    stdout: "pipe",
    stderr: "pipe",
    ...(env === undefined ? {} : { env: { ...env } }),
  });
  let outlived = false;
  const timer = setTimeout(() => {
    outlived = true;
    child.kill("SIGKILL");
  }, limit);
  const [stdout, stderr, code] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  clearTimeout(timer);
  const said = `${stdout}\n${stderr}`;
  if (outlived) throw new Error(`'${argv.join(" ")}' took longer than ${limit} ms\n${said}`);
  return { code, stdout, stderr, milliseconds: performance.now() - started };
}

/** Polls until the condition holds; throws after a generous limit. `what` is for the message. */
export async function waitFor(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limit = 40_000,
): Promise<void> {
  const deadline = performance.now() + limit;
  while (!(await condition())) {
    if (performance.now() >= deadline) throw new Error(`Waited ${limit} ms for ${what}`);
    await Bun.sleep(20);
  }
}

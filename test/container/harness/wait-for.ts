export interface WaitOptions {
  /** Milliseconds; generous, since it is only reached when something is broken. */
  readonly limit?: number;
  /** What is waited for, for the message. */
  readonly what?: string;
}

/** Polls until the condition holds; throws when it still does not after the limit, with the condition's last error. */
export async function waitFor(
  condition: () => boolean | Promise<boolean>,
  { limit = 60_000, what = "the condition" }: WaitOptions = {},
): Promise<void> {
  const deadline = performance.now() + limit;
  for (;;) {
    let cause: unknown;
    try {
      if (await condition()) return;
    } catch (error) {
      cause = error;
    }
    if (performance.now() >= deadline) {
      throw new Error(`Waited ${limit} ms for ${what}`, { cause });
    }
    await Bun.sleep(100);
  }
}

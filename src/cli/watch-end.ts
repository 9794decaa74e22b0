import type { Host } from "../host/host.ts";

/** 128 + SIGPIPE. */
const BROKEN_PIPE = 141;

const EXIT_CODES: Partial<Record<NodeJS.Signals, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
};

/**
 * Watches for the end of a command that follows something: a signal, or the end of the process that reads its
 * output. Returns a function that returns the exit code then, and null before. It is polled, since each
 * `Promise.race` with a promise that stays pending takes memory that is never freed.
 */
export async function watchEnd(host: Host): Promise<() => number | null> {
  const signal = host.self.waitForEndSignal();
  const reader = await host.output.watchReader();
  const state: { code: number | null } = { code: null };
  const endWith = (code: number) => (state.code ??= code);
  void reader.gone.then(() => endWith(BROKEN_PIPE));
  void signal.then((name) => endWith(EXIT_CODES[name] ?? 128)).then(reader.stop);
  return () => state.code;
}

import { exitCodeOfSignal } from "../core/signals.ts";
import type { Host } from "../host/host.ts";

/**
 * Watches for the end of a command that follows something: a signal, or the end of the process that reads its output.
 * Returns a function that returns the exit code then, and null before. It is polled, since each `Promise.race` with a
 * promise that stays pending takes memory that is never freed.
 */
export async function watchEnd(host: Host): Promise<() => number | null> {
  const signal = host.self.waitForEndSignal();
  const reader = await host.output.watchReader();
  const state: { code: number | null } = { code: null };
  const endWith = (code: number) => (state.code ??= code);
  void reader.gone.then(() => endWith(exitCodeOfSignal("SIGPIPE")));
  void signal.then((name) => endWith(exitCodeOfSignal(name))).then(reader.stop);
  return () => state.code;
}

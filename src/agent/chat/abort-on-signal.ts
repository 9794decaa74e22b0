/** A signal that cuts a request off, and the process signal that caused it. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Returns the signal that this process got; null so far. */
  readonly ended: () => NodeJS.Signals | null;
}

/** Makes an interruption for the time when this process is asked to end. */
export function abortOn(endRequested: Promise<NodeJS.Signals>): Interruption {
  const controller = new AbortController();
  let ended: NodeJS.Signals | null = null;
  const stop = async () => {
    ended = await endRequested;
    controller.abort();
  };
  void stop();
  return { signal: controller.signal, ended: () => ended };
}

/** What cuts a request off, and whether that has happened. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** The signal that this process got; null so far. */
  readonly ended: () => NodeJS.Signals | null;
}

/** Cuts a request off when this process is asked to end. */
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

/** One request under way. */
export interface RunningRequest {
  /** Aborted when its client goes away, or when its time is over. */
  readonly signal: AbortSignal;
  /** Why it was cut off; null where its client went. */
  readonly cut: () => boolean;
  /** Says that it is over; more than once is fine. */
  readonly end: () => void;
}

/** The requests under way, so that they get their time when the gateway ends. */
export class RunningRequests {
  readonly #runs = new Map<AbortController, { cut: boolean }>();
  #whenIdle: (() => void) | null = null;

  get count(): number {
    return this.#runs.size;
  }

  begin(client: AbortSignal): RunningRequest {
    const controller = new AbortController();
    const facts = { cut: false };
    const end = () => {
      client.removeEventListener("abort", gone);
      if (this.#runs.delete(controller) && this.#runs.size === 0) this.#whenIdle?.();
    };
    const gone = () => {
      controller.abort();
      end();
    };
    this.#runs.set(controller, facts);
    if (client.aborted) gone();
    else client.addEventListener("abort", gone, { once: true });
    return { signal: controller.signal, cut: () => facts.cut, end };
  }

  /** Resolves when nothing is under way any more. */
  idle(): Promise<void> {
    if (this.#runs.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenIdle = resolve;
    });
  }

  /** Cuts off what is still under way. */
  cutAll(): void {
    for (const [controller, facts] of this.#runs) {
      facts.cut = true;
      controller.abort();
    }
  }
}

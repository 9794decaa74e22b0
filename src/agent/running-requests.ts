/** One request under way. */
export interface RunningRequest {
  /** Aborted when its client goes away, or when its time is over. */
  readonly signal: AbortSignal;
  /** Returns true if it was cut off; false if its client went. */
  readonly cut: () => boolean;
  /** Marks the request as done; more than one call does no harm. */
  readonly end: () => void;
}

/** The reason of a signal whose request was cut off. */
const CUT = Symbol("cut off");

/** The requests under way, which get their time when the gateway stops. */
export class RunningRequests {
  readonly #runs = new Set<AbortController>();
  #whenIdle: (() => void) | null = null;

  get count(): number {
    return this.#runs.size;
  }

  begin(client: AbortSignal): RunningRequest {
    const controller = new AbortController();
    const end = () => {
      client.removeEventListener("abort", gone);
      if (this.#runs.delete(controller) && this.#runs.size === 0) this.#whenIdle?.();
    };
    const gone = () => {
      controller.abort();
      end();
    };
    this.#runs.add(controller);
    if (client.aborted) gone();
    else client.addEventListener("abort", gone, { once: true });
    return { signal: controller.signal, cut: () => controller.signal.reason === CUT, end };
  }

  /** Resolves when nothing is under way any more. */
  idle(): Promise<void> {
    if (this.#runs.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenIdle = resolve;
    });
  }

  /** Cuts off the requests that are still under way. */
  cutAll(): void {
    for (const controller of this.#runs) controller.abort(CUT);
  }
}

import type { Clock } from "../../src/host/host.ts";

/** 2026-11-20T07:23:05Z. */
export const TEST_TIME = Date.UTC(2026, 10, 20, 7, 23, 5);

/** Milliseconds since the fake machine started. */
export const TEST_UPTIME = 3_600_000;

/** A clock that only `sleep` and `advance` move; what is due happens on the way. */
export class FakeClock implements Clock {
  #elapsed = 0;
  #due: { readonly at: number; readonly work: () => void }[] = [];

  readonly now = (): number => TEST_TIME + this.#elapsed;
  readonly uptime = (): number => TEST_UPTIME + this.#elapsed;
  readonly elapsed = (): number => this.#elapsed;
  readonly sleep = async (milliseconds: number): Promise<void> => {
    this.advance(milliseconds);
  };
  readonly within = async (milliseconds: number, work: Promise<unknown>): Promise<boolean> => {
    const done = work.then(() => true);
    // What is due now comes first.
    const first = await Promise.race([done, Bun.sleep(0).then(() => null)]);
    if (first !== null) return first;
    this.advance(milliseconds);
    return Promise.race([done, Bun.sleep(0).then(() => false)]);
  };

  /** Does `work` once the clock has moved on by `milliseconds`. */
  after(milliseconds: number, work: () => void): void {
    this.#due = [...this.#due, { at: this.#elapsed + milliseconds, work }];
  }

  advance(milliseconds: number): void {
    this.#elapsed += milliseconds;
    const ready = this.#due.filter(({ at }) => at <= this.#elapsed);
    this.#due = this.#due.filter(({ at }) => at > this.#elapsed);
    for (const { work } of ready) work();
  }
}

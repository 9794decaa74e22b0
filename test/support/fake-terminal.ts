import type { Terminal, TerminalListener } from "../../src/host/raw-terminal.ts";
import type { TerminalSize } from "../../src/host/terminal-size.ts";

/** A terminal in memory: what was written to it, and keys that a test presses. */
export class FakeTerminal implements Terminal {
  /** Everything written to it. */
  written = "";
  current: TerminalSize = { columns: 80, rows: 24 };
  isOpen = true;
  suspended = 0;
  #listener: TerminalListener | null = null;

  readonly size = () => this.current;
  readonly write = (text: string) => {
    this.written += text;
  };
  readonly listen = (listener: TerminalListener) => {
    this.#listener = listener;
  };
  readonly suspend = () => {
    this.suspended += 1;
  };
  readonly hangUp = () => {
    this.#listener?.closed();
  };
  readonly close = () => {
    this.isOpen = false;
  };

  /** Waits until it was sent `text`; what is loaded when it is used takes a while the first time. */
  async gets(text: string): Promise<void> {
    const deadline = performance.now() + 4000;
    while (!this.written.includes(text)) {
      if (performance.now() > deadline) {
        throw new Error(`Never sent ${JSON.stringify(text)}, but ${JSON.stringify(this.written)}`);
      }
      await Bun.sleep(1);
    }
  }

  type(keys: string): void {
    this.#listener?.input(keys);
  }

  resize(columns: number, rows: number): void {
    this.current = { columns, rows };
    this.#listener?.changed();
  }
}

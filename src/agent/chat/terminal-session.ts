import type { Host } from "../../host/host.ts";
import type { Terminal } from "../../host/raw-terminal.ts";
import type { TerminalStyle } from "../../terminal/style.ts";
import { KeyDecoder, type KeyEvent } from "./key-decoder.ts";

/** Milliseconds after which an Escape is a key of its own and not the beginning of a sequence. */
const ESCAPE_MS = 50;

export interface KeyListener {
  readonly key: (event: KeyEvent) => void;
  /** The size has changed, or something else may have changed the screen. */
  readonly changed: () => void;
  /** The terminal is gone, or this process is to end. */
  readonly closed: () => void;
}

/** A terminal with its style and its keys, for one use after the other. */
export interface TerminalSession {
  readonly terminal: Terminal;
  readonly style: TerminalStyle;
  /** Changes the listener of the keys; without one they wait for the next. */
  readonly listen: (listener: KeyListener | null) => void;
}

/** Listens to a terminal for as long as it is open. */
export function createSession(
  host: Host,
  terminal: Terminal,
  style: TerminalStyle,
): TerminalSession {
  const decoder = new KeyDecoder();
  let listener: KeyListener | null = null;
  let waiting: KeyEvent[] = [];
  let isClosed = false;
  let turn = 0;

  const deliver = () => {
    // Keys that were typed before the end still count, and a listener may hand over in between.
    for (;;) {
      if (listener === null) return;
      const event = waiting.shift();
      if (event === undefined) break;
      listener.key(event);
    }
    if (isClosed) listener.closed();
  };
  const take = (events: readonly KeyEvent[]) => {
    waiting = [...waiting, ...events];
    deliver();
  };
  const flushLater = async (mine: number) => {
    await host.clock.sleep(ESCAPE_MS);
    if (mine === turn) take(decoder.flush());
  };
  terminal.listen({
    input: (text) => {
      turn += 1;
      take(decoder.push(text));
      if (decoder.waits()) void flushLater(turn);
    },
    changed: () => listener?.changed(),
    closed: () => {
      isClosed = true;
      deliver();
    },
  });
  return {
    terminal,
    style,
    listen: (next) => {
      listener = next;
      deliver();
    },
  };
}

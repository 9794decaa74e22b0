import type { Host } from "../../host/host.ts";
import type { Terminal } from "../../host/raw-terminal.ts";
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

/** The keys of a terminal, for one listener at a time. */
export interface Keyboard {
  /** Changes the listener; without one the keys wait for the next. */
  readonly listen: (listener: KeyListener | null) => void;
}

/** Listens to a terminal for as long as it is open. */
export function createKeyboard(host: Host, terminal: Terminal): Keyboard {
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
    listen: (next) => {
      listener = next;
      deliver();
    },
  };
}

import type { Host } from "../host/host.ts";
import { createKeyDecoder, type KeyEvent } from "./keys.ts";

/** Milliseconds after which an Escape is a key of its own and not the beginning of a sequence. */
const ESCAPE_MS = 50;

/** Takes what a terminal sends and calls `take` with each key. */
export function createKeyboard(
  host: Host,
  take: (event: KeyEvent) => void,
): (input: string) => void {
  const decoder = createKeyDecoder();
  let turn = 0;
  const flushLater = async (mine: number) => {
    await host.clock.sleep(ESCAPE_MS);
    if (mine === turn) for (const event of decoder.flush()) take(event);
  };
  return (input) => {
    turn += 1;
    for (const event of decoder.push(input)) take(event);
    if (decoder.waits()) void flushLater(turn);
  };
}

import type { ReadStream } from "node:tty";
import { quietly } from "../core/attempt.ts";

/** Sets or ends the raw mode; a terminal that is closed has no mode any more. */
export function setRaw(input: ReadStream, raw: boolean): void {
  quietly(() => input.setRawMode(raw));
}

/** Passes on what is typed. A stream of node:tty would wait for one more key before the process could exit. */
export function listenToKeys(input: (text: string) => void, ended: () => void): () => void {
  const decoder = new TextDecoder();
  const keys = Bun.stdin.stream().getReader();
  const read = async () => {
    for (;;) {
      const { done, value } = await keys.read();
      if (done) return;
      input(decoder.decode(value, { stream: true }));
    }
  };
  void read().then(ended, ended);
  return () => void keys.cancel();
}

import type { ReadStream } from "node:tty";

/** Sets or ends the raw mode; a terminal that is closed has no mode any more. */
export function setRaw(input: ReadStream, raw: boolean): void {
  try {
    input.setRawMode(raw);
  } catch {
    // It is closed.
  }
}

/**
 * Passes on what is typed, until the end of stdin. A stream of node:tty would wait for one more key, in a thread,
 * before the process could exit.
 */
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

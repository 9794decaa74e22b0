import { readSync } from "node:fs";
import { errorCode } from "../core/system-failure.ts";

/** Reads once; returns 0 at the end. Waits if another process has made the descriptor non-blocking. */
function readSome(descriptor: number, buffer: Buffer): number {
  for (;;) {
    try {
      return readSync(descriptor, buffer, 0, buffer.length, null);
    } catch (error) {
      const code = errorCode(error);
      if (code === "EOF") return 0;
      if (code !== "EAGAIN") throw error;
      Bun.sleepSync(10);
    }
  }
}

/** Reads a descriptor to its end, at most `maxBytes`. */
export function readAll(descriptor: number, maxBytes: number): string {
  const chunks: Buffer[] = [];
  let total = 0;
  while (total < maxBytes) {
    const buffer = Buffer.allocUnsafe(65_536);
    const count = readSome(descriptor, buffer);
    if (count === 0) break;
    chunks.push(buffer.subarray(0, count));
    total += count;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString("utf8");
}

/** Reads one line byte by byte, so that nothing after it is taken; null at the end. */
export function readLine(descriptor: number): string | null {
  const bytes: number[] = [];
  const buffer = Buffer.alloc(1);
  while (readSome(descriptor, buffer) > 0) {
    const [byte] = buffer;
    if (byte === undefined || byte === 0x0a) return Buffer.from(bytes).toString("utf8");
    bytes.push(byte);
  }
  return bytes.length === 0 ? null : Buffer.from(bytes).toString("utf8");
}

import { readSync } from "node:fs";
import { errorCode } from "../core/system-failure.ts";
import { readChunks } from "./file-status.ts";

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
  return readChunks(maxBytes, (chunk) => readSome(descriptor, chunk)).toString("utf8");
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

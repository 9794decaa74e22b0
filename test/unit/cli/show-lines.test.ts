import { expect, test } from "bun:test";
import { showLines } from "../../../src/cli/show-lines.ts";
import type { LogLine } from "../../../src/logs/log-line.ts";
import { UTC } from "../../../src/logs/zone-offsets.ts";
import { FakeHost } from "../../support/fake-host.ts";

const VIEW = { raw: false, offsetAt: UTC, prefix: () => "", dim: (text: string) => text };

/** Lines with these texts, one after the other. */
function linesOf(texts: readonly string[]) {
  const left = texts.map((text): LogLine => ({ source: "coder", time: null, text, part: "line" }));
  return () => left.shift() ?? null;
}

test("showLines() prints every line once, however many there are, and says if there are any", () => {
  const host = new FakeHost();
  expect(showLines(host, linesOf([]), VIEW)).toBe(false);
  const texts = Array.from({ length: 40 }, (_, index) => String(index).padEnd(1000, "x"));
  expect(showLines(host, linesOf(texts), VIEW)).toBe(true);
  expect(host.stdout).toBe(texts.map((text) => `${text}\n`).join(""));
});

test("showLines() prints control characters only if the bytes are asked for", () => {
  for (const [raw, shown] of [
    [true, "a\u0007\n"],
    [false, "a^G\n"],
  ] as const) {
    const host = new FakeHost();
    showLines(host, linesOf(["a\u0007"]), { ...VIEW, raw });
    expect(host.stdout).toBe(shown);
  }
});

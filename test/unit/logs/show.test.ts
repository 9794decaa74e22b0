import { expect, test } from "bun:test";
import { makeHarmless, showLine } from "../../../src/logs/show.ts";

test.each([
  ["plain", "plain"],
  ["a\tb", "a\tb"],
  ["\u001b[31mred\u001b[0m", "red"],
  ["\u001b]0;title\u0007", "^[]0;title^G"],
  ["\u001b[2J", "^[[2J"],
  ["progress\r", "progress"],
  ["50%\r60%", "50%^M60%"],
  ["\u009b31m", "<U+009B>31m"],
  ["abc\u202edef", "abc<U+202E>def"],
  ["\u007f", "^?"],
  ["Grüße, 世界 👋", "Grüße, 世界 👋"],
])("makeHarmless() of %j is %j", (text, harmless) => {
  expect(makeHarmless(text)).toBe(harmless);
});

const VIEW = {
  harmless: true,
  offsetAt: () => 0,
  prefix: (source: string) => `${source}  `,
  dim: (text: string) => `(${text})`,
};

test("showLine() puts name and time in front, and leaves a pipe the bytes as they are", () => {
  const line = { source: "coder", time: 0, text: "\u001b[2J", part: "line" } as const;
  expect(showLine(line, VIEW)).toBe("coder  (1970-01-01T00:00:00.000Z)  ^[[2J\n");
  expect(showLine({ ...line, time: null }, { ...VIEW, harmless: false })).toBe(
    "coder  \u001b[2J\n",
  );
});

test("showLine() puts the parts of a long line together", () => {
  const view = { ...VIEW, harmless: false };
  const rest = { source: "coder", time: null };
  const parts = [
    { source: "coder", time: 0, text: "a", part: "first" },
    { ...rest, text: "b", part: "middle" },
    { ...rest, text: "c", part: "last" },
  ] as const;
  expect(parts.map((part) => showLine(part, view)).join("")).toBe(
    "coder  (1970-01-01T00:00:00.000Z)  abc\n",
  );
});

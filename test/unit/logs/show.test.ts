import { expect, test } from "bun:test";
import { showLine } from "../../../src/logs/show.ts";

const VIEW = {
  raw: false,
  offsetAt: () => 0,
  prefix: (source: string) => `${source}  `,
  dim: (text: string) => `(${text})`,
};

test("showLine() puts name and time in front, and leaves the bytes as they are if raw ones are asked for", () => {
  const line = { source: "coder", time: 0, text: "\u001b[2J", part: "line" } as const;
  expect(showLine(line, VIEW)).toBe("coder  (1970-01-01T00:00:00.000Z)  ^[[2J\n");
  expect(showLine({ ...line, time: null }, { ...VIEW, raw: true })).toBe("coder  \u001b[2J\n");
});

test("showLine() puts the parts of a long line together", () => {
  const view = { ...VIEW, raw: true };
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

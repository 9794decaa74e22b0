import { expect, test } from "bun:test";
import { renderLine } from "../../../src/logs/render-line.ts";

const VIEW = {
  raw: false,
  offsetAt: () => 0,
  prefix: (source: string) => `${source}  `,
  dim: (text: string) => `(${text})`,
};

test("renderLine() puts name and time in front, and keeps the bytes if `raw` is true", () => {
  const line = { source: "coder", time: 0, text: "\u001b[2J", part: "line" } as const;
  expect(renderLine(line, VIEW)).toBe("coder  (1970-01-01T00:00:00.000Z)  ^[[2J\n");
  expect(renderLine({ ...line, time: null }, { ...VIEW, raw: true })).toBe("coder  \u001b[2J\n");
});

test("renderLine() joins the parts of a long line", () => {
  const view = { ...VIEW, raw: true };
  const rest = { source: "coder", time: null };
  const parts = [
    { source: "coder", time: 0, text: "a", part: "first" },
    { ...rest, text: "b", part: "middle" },
    { ...rest, text: "c", part: "last" },
  ] as const;
  expect(parts.map((part) => renderLine(part, view)).join("")).toBe(
    "coder  (1970-01-01T00:00:00.000Z)  abc\n",
  );
});

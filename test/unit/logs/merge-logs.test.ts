import { expect, test } from "bun:test";
import type { LinePart } from "../../../src/logs/file-lines.ts";
import type { LogLine } from "../../../src/logs/log-line.ts";
import { dropLines, mergeLogs, type NextLine } from "../../../src/logs/merge-logs.ts";
import { takeAll } from "../../support/log-lines.ts";

const line = (
  source: string,
  time: number | null,
  text: string,
  part: LinePart = "line",
): LogLine => ({ source, time, text, part });

function give(lines: readonly LogLine[]): NextLine {
  const left = [...lines];
  return () => left.shift() ?? null;
}

const merge = (...logs: readonly (readonly LogLine[])[]) => mergeLogs(logs.map(give));

const textsOf = (next: NextLine) => takeAll(next).map(({ source, text }) => source + text);

test("mergeLogs() orders by time and keeps each log's own order", () => {
  const a = [line("a", 1, "1"), line("a", 3, "2"), line("a", null, "3"), line("a", 2, "4")];
  const b = [line("b", null, "1"), line("b", 2, "2"), line("b", 3, "3")];
  expect(textsOf(merge(a, b))).toEqual(["b1", "a1", "b2", "a2", "a3", "a4", "b3"]);
  expect(textsOf(merge([], b, []))).toEqual(["b1", "b2", "b3"]);
  expect(textsOf(merge())).toEqual([]);
});

test("mergeLogs() equals a stable sort of all lines", () => {
  // The same numbers in every run.
  let seed = 1;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let run = 0; run < 200; run += 1) {
    const logs = Array.from({ length: 1 + random(5) }, (_, log) =>
      Array.from({ length: random(12) }, (__, index) =>
        line(String(log), random(4) === 0 ? null : random(10), `.${index}`),
      ),
    );
    const timed = logs.flatMap((lines) => {
      let last = -Infinity;
      return lines.map((one) => ({ one, time: (last = Math.max(last, one.time ?? last)) }));
    });
    const sorted = timed.toSorted((first, second) => first.time - second.time || 0);
    expect(textsOf(merge(...logs))).toEqual(sorted.map(({ one }) => one.source + one.text));
  }
});

test("mergeLogs() holds one line of each log", () => {
  let taken = 0;
  const endless = (source: string) => {
    let time = 0;
    return () => {
      taken += 1;
      time += 1;
      return line(source, time, String(time));
    };
  };
  const next = mergeLogs([endless("a"), endless("b")]);
  for (let index = 0; index < 1000; index += 1) next();
  expect(taken).toBeLessThan(1003);
});

test("mergeLogs() keeps the parts of a long line together, and dropLines() drops them together", () => {
  const a = [
    line("a", 1, "1", "first"),
    line("a", null, "2", "middle"),
    line("a", null, "3", "last"),
  ];
  const b = [line("b", 1, "1"), line("b", 2, "2")];
  expect(textsOf(merge(a, b))).toEqual(["a1", "a2", "a3", "b1", "b2"]);
  expect(textsOf(dropLines(merge(a, b), 1))).toEqual(["b1", "b2"]);
  expect(textsOf(dropLines(merge(a, b), 0))).toHaveLength(5);
  expect(textsOf(dropLines(merge(a, b), 9))).toEqual([]);
});

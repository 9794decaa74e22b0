import { expect, test } from "bun:test";
import { cutToWidth, shortenMiddle, truncate, widthOf } from "../../../src/terminal/width.ts";

const TEXTS = [
  "plain text of some length",
  "日本語日本語日本語日本語",
  "a日b本c語d日e本f語",
  "e\u0301".repeat(20),
  "👩‍👩‍👧‍👦".repeat(9),
  "🇩🇪🇫🇷🇮🇹🇪🇸🇵🇱🇳🇱🇧🇪",
  "हिन्दी में लिखा हुआ पाठ",
  "❤️1️⃣☑✓─",
];

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

test.each(TEXTS)("cutToWidth() of %j fits any width and cuts no character", (text) => {
  for (let columns = 0; columns <= 30; columns += 1) {
    const start = cutToWidth(text, columns);
    expect(widthOf(start)).toBeLessThanOrEqual(columns);
    expect(text.startsWith(start)).toBe(true);
    const [next = { segment: "" }] = graphemes.segment(text.slice(start.length));
    expect([...graphemes.segment(start), next].map(({ segment }) => segment).join("")).toBe(
      text.slice(0, start.length + next.segment.length),
    );
    if (start !== text) expect(widthOf(start + next.segment)).toBeGreaterThan(columns);
  }
});

test.each(TEXTS)("truncate() and shortenMiddle() fit %j into any width", (text) => {
  for (let columns = 3; columns <= 30; columns += 1) {
    expect(widthOf(truncate(text, columns))).toBeLessThanOrEqual(columns);
    expect(widthOf(shortenMiddle(text, columns))).toBeLessThanOrEqual(columns);
  }
});

test("truncate() leaves the beginning, shortenMiddle() both ends of a text that is too wide", () => {
  expect(truncate("short", 10)).toBe("short");
  expect(truncate("0123456789", 5)).toBe("0123…");
  expect(shortenMiddle("short", 10)).toBe("short");
  expect(shortenMiddle("0123456789abcdef", 9)).toBe("0123…cdef");
  expect(shortenMiddle("日本語日本語日本語", 9)).toBe("日本…本語");
});

import { expect, test } from "bun:test";
import { escapeText, renderParagraph } from "../../../../src/cli/manual/roff.ts";

test.each([
  ["plain text", "plain text"],
  [".TH is a request", String.raw`\&.TH is a request`],
  ["'tis too", String.raw`\(aqtis too`],
  ["a-b", String.raw`a\-b`],
  ["back\\slash", String.raw`back\eslash`],
  ["~/.bashrc `x` ^C", String.raw`\(ti/.bashrc \(gax\(ga \(haC`],
  ["✗ …", String.raw`\[u2717] \[u2026]`],
])("escapeText() of '%s' is '%s'", (text, escaped) => {
  expect(escapeText(text)).toBe(escaped);
});

test("renderParagraph() breaks at spaces, and every line is escaped by itself", () => {
  const lines = renderParagraph(`${"word ".repeat(16)}.conf is a name`);
  expect(lines.length).toBe(2);
  for (const line of [...lines, ...renderParagraph("`10m`, `2d`, `08:20`, ".repeat(9))]) {
    expect(line.length).toBeLessThanOrEqual(80);
    expect(line).not.toMatch(/^\./);
  }
});

import { expect, test } from "bun:test";
import { renderManual } from "../../../../src/cli/manual/render.ts";
import { bold, escapeText, renderParagraph } from "../../../../src/cli/manual/roff.ts";

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

const NODE = { examples: [], args: {}, children: [] };

test("renderManual() has each command with its places, flags and examples", () => {
  const args = {
    name: { type: "positional", valueHint: "PROFILE", description: "Whose" },
    lines: { type: "string", alias: "n", valueHint: "N", description: "How many" },
  } as const;
  const page = renderManual(
    {
      ...NODE,
      path: [],
      summary: "Hermes: does things",
      examples: [["hermes do it", "Do it"]],
      children: [
        {
          ...NODE,
          path: ["group"],
          summary: "Group",
          children: [{ ...NODE, path: ["group", "do"], summary: "Do a thing", args }],
        },
      ],
    },
    "1.2",
    "2026-11-20",
  );
  expect(page.split("\n").slice(1, 4)).toEqual([
    '.TH HERMES 1 2026-11-20 "hermes 1.2" "User Commands"',
    ".SH NAME",
    String.raw`hermes \- does things`,
  ]);
  expect(page).toContain(
    `.SS ${bold("hermes group do")} \\fIPROFILE\\fR \\fI[FLAGS]\\fR\nDo a thing.`,
  );
  expect(page).toContain(String.raw`.TP${"\n"}\fB\-n, \-\-lines\fR \fIN\fR${"\n"}How many`);
  expect(page).toContain("hermes do it");
});

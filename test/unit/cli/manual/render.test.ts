import { expect, test } from "bun:test";
import { renderManual } from "../../../../src/cli/manual/render.ts";
import { bold } from "../../../../src/cli/manual/roff.ts";

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

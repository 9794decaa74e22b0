import { expect, test } from "bun:test";
import { renderCommandHelp, renderGroupHelp } from "../../../src/cli/help.ts";
import { HERMES, HERMES_BOOT, type Table } from "../../../src/cli/table.ts";

test("renderGroupHelp() lists commands in columns and the profile flag of hermes", () => {
  const children: Table = {
    a: { summary: "First", children: {} },
    longer: { summary: "Second", children: {} },
  };
  expect(renderGroupHelp(["hermes", "gateway"], children)).toBe(
    [
      "Usage: hermes gateway <command>",
      "",
      "Commands:",
      "  a       First",
      "  longer  Second",
      "",
      "Flags:",
      "  -p, --profile NAME  Act for this profile instead of the current one",
      "",
      "More: hermes gateway <command> --help",
      "",
    ].join("\n"),
  );
  expect(renderGroupHelp(["hermes-boot"], children)).not.toContain("--profile");
});

test("renderCommandHelp() shows places, flags, short names and values", () => {
  const args = {
    name: { type: "positional", description: "Who" },
    other: { type: "positional", required: false, description: "Who else" },
    yes: { type: "boolean", alias: "y", description: "Do not ask" },
    lines: { type: "string", valueHint: "N", description: "How many" },
  } as const;
  expect(renderCommandHelp(["hermes", "x"], "Do x", args)).toBe(
    [
      "Do x",
      "",
      "Usage: hermes x NAME [OTHER] [flags]",
      "",
      "  NAME       Who",
      "  OTHER      Who else",
      "  -y, --yes  Do not ask",
      "  --lines N  How many",
      "",
    ].join("\n"),
  );
});

test("renderCommandHelp() of a command without arguments is two lines", () => {
  expect(renderCommandHelp(["hermes", "x"], "Do x", {})).toBe("Do x\n\nUsage: hermes x\n");
});

function summaries(table: Table): readonly string[] {
  return Object.values(table).flatMap((entry) => [
    entry.summary,
    ...("children" in entry ? summaries(entry.children) : []),
  ]);
}

test("HERMES and HERMES_BOOT say in a few words what each command does", () => {
  for (const summary of [...summaries(HERMES), ...summaries(HERMES_BOOT)]) {
    expect(summary).toMatch(/^[A-Z].{5,}[^.]$/);
  }
});

import { expect, test } from "bun:test";
import { renderCommandHelp, renderGroupHelp } from "../../../src/cli/help.ts";
import { runCommandLine } from "../../../src/cli/runner.ts";
import { styleOf } from "../../../src/cli/view.ts";
import { HERMES, HERMES_BOOT, type Table } from "../../../src/cli/command-table.ts";
import { hermes } from "../../support/command-line.ts";
import { FakeHost } from "../../support/fake-host.ts";

const GLOBAL = [
  "Every command takes:",
  "  -p, --profile NAME  Act for this profile instead of the current one",
  "      --color WHEN    Use colour: always, never, or auto (on a terminal)",
  "  -h, --help          Show this help",
  "",
];

const GROUP = {
  summary: "Gateways",
  examples: [["hermes gateway a", "Do the first"]],
  children: {
    a: { summary: "First", examples: [], children: {} },
    longer: { summary: "Second", examples: [], children: {} },
  },
} as const;

test("renderGroupHelp() shows examples, then commands in columns and the flags of hermes", () => {
  expect(renderGroupHelp(["hermes", "gateway"], GROUP)).toBe(
    [
      "Gateways",
      "",
      "Examples:",
      "  hermes gateway a  Do the first",
      "",
      "Usage: hermes gateway COMMAND",
      "",
      "Commands:",
      "  a       First",
      "  longer  Second",
      "",
      ...GLOBAL,
      "More: hermes gateway COMMAND --help",
      "",
    ].join("\n"),
  );
  expect(renderGroupHelp(["hermes-boot"], GROUP)).not.toContain("--profile");
});

const ARGS = {
  name: { type: "positional", description: "Who" },
  other: { type: "positional", required: false, description: "Who else" },
  yes: { type: "boolean", alias: "y", description: "Do not ask" },
  lines: { type: "string", valueHint: "N", description: "How many" },
} as const;

test("renderCommandHelp() shows examples, places, flags, short names and values", () => {
  const help = { summary: "Do x", args: ARGS, examples: [["hermes x a", "Do it to a"]] } as const;
  expect(renderCommandHelp(["hermes", "x"], help)).toBe(
    [
      "Do x",
      "",
      "Examples:",
      "  hermes x a  Do it to a",
      "",
      "Usage: hermes x NAME [OTHER] [FLAGS]",
      "",
      "Arguments:",
      "  NAME   Who",
      "  OTHER  Who else",
      "",
      "Flags:",
      "  -y, --yes      Do not ask",
      "      --lines N  How many",
      "",
      ...GLOBAL,
    ].join("\n"),
  );
});

test("renderCommandHelp() of a script's command without arguments is two lines", () => {
  const help = { summary: "Do x", args: {}, examples: [] };
  expect(renderCommandHelp(["hermes-boot", "x"], help)).toBe("Do x\n\nUsage: hermes-boot x\n");
});

test("renderCommandHelp() paints titles and what is typed, and nothing else", () => {
  const style = styleOf(new FakeHost({ argv: ["hermes", "--color=always"] }), 1);
  const help = { summary: "Do x", args: ARGS, examples: [] };
  const painted = renderCommandHelp(["hermes", "x"], help, style);
  expect(painted).toContain("\u001B[1mFlags:\u001B[22m");
  expect(painted).toContain("\u001B[36m-y, --yes    \u001B[39m  Do not ask");
  const codes = new RegExp(`${String.fromCodePoint(27)}\\[\\d+m`, "g");
  expect(painted.replaceAll(codes, "")).toBe(renderCommandHelp(["hermes", "x"], help));
});

/** Every command and group of a table, as words. */
function listPaths(table: Table, path: readonly string[] = []): readonly (readonly string[])[] {
  return Object.entries(table).flatMap(([name, entry]) => [
    [...path, name],
    ...("children" in entry ? listPaths(entry.children, [...path, name]) : []),
  ]);
}

test.each(listPaths(HERMES.children).map((path) => [path]))(
  "hermes %j --help begins with examples and fits 80 columns",
  async (path) => {
    const { code, stdout, notes } = await hermes(new FakeHost(), ...path, "--help");
    expect({ code, notes }).toEqual({ code: 0, notes: [] });
    expect(stdout).toMatch(/^[A-Z][^\n]+\n(?:[^\n]+\n)?\nExamples:\n {2}[^\n]*\bhermes /);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(await hermes(new FakeHost(), "help", ...path)).toEqual({ code, stdout, notes });
  },
);

test("hermes-boot explains its commands, too", async () => {
  for (const path of listPaths(HERMES_BOOT.children)) {
    const entry = HERMES_BOOT.children[path[0] ?? ""];
    if (["main", "registrar", "detect-tui", "prepare"].includes(path[0] ?? "")) continue;
    const host = new FakeHost();
    expect(await runCommandLine(host, HERMES_BOOT, [...path, "--help"])).toBe(0);
    expect(host.stdout).toStartWith(entry?.summary.slice(0, 40) ?? "?");
  }
});

function summaries(table: Table): readonly string[] {
  return Object.values(table).flatMap((entry) => [
    entry.summary,
    ...("children" in entry ? summaries(entry.children) : []),
  ]);
}

test("HERMES and HERMES_BOOT say in a few words what each command does", () => {
  for (const summary of [...summaries(HERMES.children), ...summaries(HERMES_BOOT.children)]) {
    expect(summary).toMatch(/^[A-Z].{5,}[^.]$/);
  }
});

test("renderCommandHelp() puts all examples above what they do if one is long", () => {
  const long = `hermes x ${"--flag ".repeat(8).trim()}`;
  const examples = [
    ["hermes x", "Do it"],
    [long, "Do it often"],
  ] as const;
  expect(renderCommandHelp(["hermes-boot", "x"], { summary: "Do x", args: {}, examples })).toBe(
    `Do x\n\nExamples:\n  hermes x\n      Do it\n  ${long}\n      Do it often\n\nUsage: hermes-boot x\n`,
  );
});

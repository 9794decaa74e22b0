import { expect, test } from "bun:test";
import { listStates, listValueFlags } from "../../../../src/cli/completion/model.ts";
import type { CommandNode } from "../../../../src/cli/describe.ts";

const NODE = { examples: [], args: {}, children: [] };
const ROOT: CommandNode = {
  ...NODE,
  path: [],
  summary: "All",
  children: [
    {
      ...NODE,
      path: ["do"],
      summary: "Don't say: it's easy",
      args: {
        name: { type: "positional", valueHint: "PROFILE" },
        shell: { type: "positional", valueHint: "one|two", required: false },
        file: { type: "string", alias: "f", valueHint: "FILE", description: "Where" },
        how: { type: "enum", options: ["fast", "slow"] },
        yes: { type: "boolean", alias: "y" },
      },
    },
  ],
};

test("listStates() knows words, flags and what stands where", () => {
  const [root, sub] = listStates(ROOT);
  expect(root?.words.map(({ word }) => word)).toEqual(["do", "help"]);
  expect(sub?.path).toBe("do");
  expect(sub?.places).toEqual([{ kind: "profile" }, { kind: "choice", options: ["one", "two"] }]);
  expect(sub?.flags.map(({ spelling, value }) => [spelling, value?.kind ?? null])).toEqual([
    ["--file", "any"],
    ["-f", "any"],
    ["--how", "choice"],
    ["--yes", null],
    ["-y", null],
  ]);
});

test("listValueFlags() has the global ones everywhere and the others where they belong", () => {
  const flags = listValueFlags(listStates(ROOT));
  expect(flags.map(({ path, spelling }) => `${path ?? "*"} ${spelling}`)).toEqual([
    "* --profile",
    "* -p",
    "* --color",
    "do --file",
    "do -f",
    "do --how",
  ]);
});

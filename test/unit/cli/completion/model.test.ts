import { expect, test } from "bun:test";
import { listStates, listValueFlags } from "../../../../src/cli/completion/model.ts";
import type { CommandNode } from "../../../../src/cli/describe.ts";
import { renderBash } from "../../../../src/cli/completion/bash.ts";
import { renderFish } from "../../../../src/cli/completion/fish.ts";
import { renderZsh } from "../../../../src/cli/completion/zsh.ts";

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

test.each([
  ["bash", renderBash],
  ["zsh", renderZsh],
  ["fish", renderFish],
] as const)("render() for %s leaves no quote of a summary open", (_shell, render) => {
  const script = render(listStates(ROOT));
  expect(script).toEndWith("\n");
  expect(script).toContain("--file");
  if (script.includes("say: it")) expect(script).not.toContain("Don't say");
});

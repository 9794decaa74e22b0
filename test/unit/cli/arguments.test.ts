import { expect, test } from "bun:test";
import type { ArgsDef } from "citty";
import { listFlags, listPlaces, spellingsOf } from "../../../src/cli/arguments.ts";

const ARGS: ArgsDef = {
  shell: { type: "positional", valueHint: "bash|zsh", description: "Which" },
  name: { type: "positional", required: false },
  lines: { type: "string", alias: "n", valueHint: "N", description: "How many" },
  color: { type: "enum", options: ["always", "never"], valueHint: "WHEN" },
  to: { type: "string" },
  yes: { type: "boolean", alias: "y" },
};

test("listFlags() returns what is typed and what stands for a value, and no place", () => {
  expect(listFlags(ARGS).map(({ name, short, hint }) => [name, short, hint])).toEqual([
    ["lines", "n", "N"],
    ["color", null, "WHEN"],
    ["to", null, "VALUE"],
    ["yes", "y", null],
  ]);
  expect(listFlags(ARGS).map(({ choices }) => choices)).toEqual([[], ["always", "never"], [], []]);
});

test("listPlaces() returns the choices of a place, its name and whether it may be left out", () => {
  expect(listPlaces(ARGS)).toEqual([
    {
      name: "shell",
      summary: "Which",
      hint: "bash|zsh",
      choices: ["bash", "zsh"],
      isRequired: true,
    },
    { name: "name", summary: "", hint: "NAME", choices: [], isRequired: false },
  ]);
});

test("spellingsOf() returns the long spelling, and the short one if there is one", () => {
  expect(listFlags(ARGS).map(spellingsOf)).toEqual([
    ["--lines", "-n"],
    ["--color"],
    ["--to"],
    ["--yes", "-y"],
  ]);
});

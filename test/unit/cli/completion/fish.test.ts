import { expect, test } from "bun:test";
import { renderFish } from "../../../../src/cli/completion/fish.ts";
import type { CompletionState } from "../../../../src/cli/completion/model.ts";

/** A program with one command, whose summary and choices hold what a shell could take for its own. */
const STATES: readonly CompletionState[] = [
  { path: "", words: [{ word: "do", summary: "Don't: $(it)" }], flags: [], places: [] },
  {
    path: "do",
    words: [],
    flags: [
      { spelling: "--how", summary: "How", value: { kind: "choice", options: ["so", "a'b"] } },
      { spelling: "--yes", summary: "Yes", value: null },
    ],
    places: [{ kind: "profile" }, { kind: "any" }],
  },
];

const LINES = renderFish(STATES)
  .split("\n")
  .map((line) => line.trim());

test.each([
  ["flags that take a value", "case '*|--profile' '*|-p' '*|--color' 'do|--how'", "set flag $word"],
  ["commands", "case '|do'", 'set at (string trim -- "$at $word")'],
  ["choices, in quotes", "case 'do|--how'", String.raw`printf '%s\n' 'so' 'a\'b'`],
  [
    "flags and what they mean",
    "case 'do'",
    String.raw`printf '%s\t%s\n' '--how' 'How' '--yes' 'Yes'`,
  ],
  ["commands, in quotes", "case '|0'", String.raw`printf '%s\t%s\n' 'do' 'Don\'t: $(it)'`],
  ["profiles", "case 'do|0'", "$program profile list --names 2>/dev/null"],
  ["nothing for any word", "case 'do|1'", "true"],
])("renderFish() knows %s", (_what, pattern, commands) => {
  expect(LINES[LINES.indexOf(pattern) + 1]).toBe(commands);
});

import { expect, test } from "bun:test";
import { renderZsh } from "../../../../src/cli/completion/zsh.ts";
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

const LINES = renderZsh(STATES)
  .split("\n")
  .map((line) => line.trim());

test.each([
  ["flags that take a value", "(*'|--profile'|*'|-p'|*'|--color'|'do|--how') flag=$word ;;"],
  ["commands", "('|do') at=${at:+$at }$word ;;"],
  ["choices, in quotes", String.raw`('do|--how') compadd -- 'so' 'a'\''b' ;;`],
  ["flags and what they mean", "('do') flags+=('--how:How' '--yes:Yes') ;;"],
  [
    "commands and what they mean, in quotes",
    String.raw`('|0') found=('do:Don'\''t: $(it)'); _describe command found ;;`,
  ],
  ["nothing for any word", "('do|1') _message value ;;"],
])("renderZsh() knows %s", (_what, line) => {
  expect(LINES).toContain(line);
});

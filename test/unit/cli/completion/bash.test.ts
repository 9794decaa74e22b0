import { expect, test } from "bun:test";
import { renderBash } from "../../../../src/cli/completion/bash.ts";
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

const LINES = renderBash(STATES)
  .split("\n")
  .map((line) => line.trim());

test.each([
  [
    "flags that take a value",
    String.raw`*'|--profile' | *'|-p' | *'|--color' | 'do|--how') flag=$word ;;`,
  ],
  ["commands", "'|do') at=${at:+$at }$word ;;"],
  ["choices, in quotes", String.raw`'do|--how') candidates='so a'\''b' ;;`],
  ["flags", "'do') candidates+=' --how --yes' ;;"],
  ["profiles", `'do|0') candidates=$("$1" profile list --names 2>/dev/null) ;;`],
  ["nothing for any word", "'do|1') : ;;"],
])("renderBash() knows %s", (_what, line) => {
  expect(LINES).toContain(line);
});

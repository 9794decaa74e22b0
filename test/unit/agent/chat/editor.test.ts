import { expect, test } from "bun:test";
import {
  EDITS,
  editorOf,
  insert,
  lineAbove,
  lineBelow,
  fits,
  TEXT_LIMIT,
  type Editor,
} from "../../../../src/agent/chat/editor.ts";

/** An editor from a text in which `|` is the cursor. */
function at(marked: string, cut = ""): Editor {
  const cursor = marked.indexOf("|");
  return { text: marked.replace("|", ""), cursor, cut };
}

const show = ({ text, cursor }: Editor) => `${text.slice(0, cursor)}|${text.slice(cursor)}`;

const press = (editor: Editor, ...keys: readonly string[]): Editor =>
  keys.reduce((before, key) => (EDITS[key] ?? (() => at("no such key|")))(before), editor);

test.each([
  ["ab|c", "left", "a|bc"],
  ["|abc", "left", "|abc"],
  ["ab|c", "ctrl-b", "a|bc"],
  ["a|bc", "right", "ab|c"],
  ["abc|", "ctrl-f", "abc|"],
  ["a👩‍👩‍👧|b", "left", "a|👩‍👩‍👧b"],
  ["a|👩‍👩‍👧b", "right", "a👩‍👩‍👧|b"],
  ["e\u0301|x", "left", "|e\u0301x"],
  ["one two|", "home", "|one two"],
  ["one\ntw|o", "ctrl-a", "one\n|two"],
  ["one\n|two\nx", "ctrl-e", "one\ntwo|\nx"],
  ["on|e\ntwo", "end", "one|\ntwo"],
  ["one\ntw|o", "ctrl-home", "|one\ntwo"],
  ["o|ne\ntwo", "ctrl-end", "one\ntwo|"],
  ["one two|", "alt-b", "one |two"],
  ["one, (two)|", "ctrl-left", "one, (|two)"],
  ["日本 wörld|", "alt-left", "日本 |wörld"],
  ["|one two", "alt-f", "one| two"],
  ["one|, two", "ctrl-right", "one, two|"],
  ["ab|c", "backspace", "a|c"],
  ["|abc", "backspace", "|abc"],
  ["a👩‍👩‍👧|b", "backspace", "a|b"],
  ["a|bc", "delete", "a|c"],
  ["abc|", "ctrl-d", "abc|"],
  ["a|👩‍👩‍👧", "ctrl-d", "a|"],
  ["one two-three|", "ctrl-w", "one |"],
  ["one two  |", "ctrl-w", "one |"],
  ["one two-three|", "alt-backspace", "one two-|"],
  ["one| two", "alt-d", "one|"],
  ["one |two\nx", "ctrl-k", "one |\nx"],
  ["one|\nx", "ctrl-k", "one|x"],
  ["one\ntw|o", "ctrl-u", "one\n|o"],
  ["one\n|two", "ctrl-u", "one|two"],
  ["ab|c", "ctrl-t", "acb|"],
  ["abc|", "ctrl-t", "acb|"],
  ["a|", "ctrl-t", "a|"],
  ["a|b", "alt-enter", "a\n|b"],
  ["a|b", "ctrl-j", "a\n|b"],
])("%j and %s is %j", (before, key, after) => {
  expect(show(press(at(before), key))).toBe(after);
});

test("EDITS put back the last cut with ctrl-y, and only that", () => {
  const cut = press(at("one two|"), "ctrl-w", "backspace");
  expect(show(press(cut, "ctrl-y", "ctrl-y"))).toBe("onetwotwo|");
  expect(show(press(at("|x"), "ctrl-u", "ctrl-y"))).toBe("|x");
  expect(press(at("kept|", "old"), "ctrl-k").cut).toBe("old");
});

test("insert() puts a text at the cursor, up to the limit", () => {
  expect(show(insert(at("a|b"), "xy"))).toBe("axy|b");
  const full = insert(editorOf("x".repeat(TEXT_LIMIT - 1)), "yz");
  expect(full.text.length).toBe(TEXT_LIMIT);
  expect(insert(full, "more").text).toBe(full.text);
  const odd = editorOf("x".repeat(TEXT_LIMIT - 4));
  expect(insert(odd, "ab👩‍👩‍👧").text).toEndWith("xab");
  expect([fits(odd, "abcd"), fits(odd, "abcde")]).toEqual([true, false]);
});

const up = (marked: string) => {
  const found = lineAbove(at(marked));
  return found === null ? null : show(found);
};
const down = (marked: string) => {
  const found = lineBelow(at(marked));
  return found === null ? null : show(found);
};

test("lineAbove() and lineBelow() keep the column and stop at the text's ends", () => {
  expect(up("one\ntw|o")).toBe("on|e\ntwo");
  expect(up("a\nlong|er")).toBe("a|\nlonger");
  expect(up("a\n\nx|")).toBe("a\n|\nx");
  expect(up("o|ne\ntwo")).toBeNull();
  expect(down("on|e\ntwo")).toBe("one\ntw|o");
  expect(down("longer|\na")).toBe("longer\na|");
  expect(down("one\nt|wo")).toBeNull();
  expect(up("👩‍👩‍👧\nab|")).toBe("|👩‍👩‍👧\nab");
});

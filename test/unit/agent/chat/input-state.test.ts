import { expect, test } from "bun:test";
import { editorOf } from "../../../../src/agent/chat/editor.ts";
import { historyOf } from "../../../../src/agent/chat/history.ts";
import { takeKey, type InputState, type Intent } from "../../../../src/agent/chat/input-state.ts";
import { KeyDecoder } from "../../../../src/agent/chat/key-decoder.ts";

function begin(text = "", entries: readonly string[] = []): InputState {
  return { editor: editorOf(text), history: historyOf(entries), search: null };
}

/** What is written after some keys, and the last thing asked for. */
function type(state: InputState, keys: string) {
  let now = state;
  let asked: Intent | null = null;
  const decoder = new KeyDecoder();
  for (const event of [...decoder.push(keys), ...decoder.flush()]) {
    const { state: next, intent } = takeKey(now, event);
    now = next;
    asked = intent;
  }
  return { text: now.editor.text, cursor: now.editor.cursor, asked, state: now };
}

const UP = "\u001B[A";
const DOWN = "\u001B[B";
const LEFT = "\u001B[D";

test.each([
  ["hello\r", "hello", "submit"],
  ["\u0003", "", "interrupt"],
  ["\u0004", "", "leave"],
  ["x\u0004", "x", null],
  ["\u000C", "", "clear-screen"],
  ["\u001A", "", "suspend"],
  ["/he\t", "/he", "complete"],
  ["\u001B[5~", "", null],
])("takeKey() for %j: the text is %j and it asks for %s", (keys, text, asked) => {
  expect(type(begin(), keys)).toMatchObject({ text, asked });
});

test("takeKey() takes a paste with newlines without sending it", () => {
  const { text, asked } = type(begin(), "a\u001B[200~one\ntwo\u001B[201~");
  expect({ text, asked }).toEqual({ text: "aone\ntwo", asked: null });
});

test("takeKey() takes Enter behind a backslash for a new line, unless the backslash is escaped", () => {
  expect(type(begin(), "one\\\r")).toMatchObject({ text: "one\n", asked: null });
  expect(type(begin(), "one\\\\\r")).toMatchObject({ text: "one\\\\", asked: "submit" });
  expect(type(begin(), `one\\${LEFT}\r`)).toMatchObject({ text: "one\\", asked: "submit" });
});

test("takeKey() goes through the history from the first and the last line only", () => {
  const state = begin("draft", ["one", "two\nlines"]);
  const recalled = type(state, UP);
  expect(recalled).toMatchObject({ text: "two\nlines", cursor: 9 });
  expect(type(recalled.state, UP)).toMatchObject({ text: "two\nlines", cursor: 3 });
  expect(type(recalled.state, UP + UP)).toMatchObject({ text: "one" });
  expect(type(recalled.state, UP + UP + UP + DOWN)).toMatchObject({ text: "two\nlines" });
  expect(type(recalled.state, DOWN)).toMatchObject({ text: "draft" });
  expect(type(state, "\u0010\u000E")).toMatchObject({ text: "draft" });
});

test("takeKey() searches the history with ctrl-r", () => {
  const state = begin("draft", ["make tea", "make cake"]);
  expect(type(state, "\u0012make")).toMatchObject({ text: "make cake", asked: null });
  expect(type(state, "\u0012make\u0012")).toMatchObject({ text: "make tea" });
  expect(type(state, "\u0012tea\u007F\u007F\u007Fcake")).toMatchObject({ text: "make cake" });
  expect(type(state, "\u0012tea\r")).toMatchObject({ text: "make tea", asked: "submit" });
  for (const cancel of ["\u001B", "\u0003", "\u0007"]) {
    expect(type(state, `\u0012tea${cancel}`)).toMatchObject({ text: "draft", asked: null });
  }
  const edited = type(state, `\u0012tea${LEFT}!`);
  expect(edited).toMatchObject({ text: "make te!a" });
  expect(edited.state.search).toBeNull();
});

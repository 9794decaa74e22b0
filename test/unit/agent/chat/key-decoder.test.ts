import { expect, test } from "bun:test";
import { KeyDecoder, type KeyEvent } from "../../../../src/agent/chat/key-decoder.ts";

const decode = (...pieces: readonly string[]): readonly KeyEvent[] => {
  const decoder = new KeyDecoder();
  return pieces.flatMap((piece) => decoder.push(piece));
};

test("KeyDecoder makes one event of text that is typed at once", () => {
  expect(decode("héllo 日本 👩‍👩‍👧")).toEqual([{ text: "héllo 日本 👩‍👩‍👧" }]);
});

test.each([
  ["\r", "enter"],
  ["\n", "ctrl-j"],
  ["\t", "tab"],
  ["\u007F", "backspace"],
  ["\b", "backspace"],
  ["\u0001", "ctrl-a"],
  ["\u0003", "ctrl-c"],
  ["\u001A", "ctrl-z"],
  ["\u001Bb", "alt-b"],
  ["\u001BB", "alt-b"],
  ["\u001B\r", "alt-enter"],
  ["\u001B\u007F", "alt-backspace"],
  ["\u001B[A", "up"],
  ["\u001BOA", "up"],
  ["\u001BOH", "home"],
  ["\u001B[H", "home"],
  ["\u001B[1~", "home"],
  ["\u001B[7~", "home"],
  ["\u001B[F", "end"],
  ["\u001B[4~", "end"],
  ["\u001B[3~", "delete"],
  ["\u001B[3;5~", "ctrl-delete"],
  ["\u001B[1;5D", "ctrl-left"],
  ["\u001B[1;3C", "alt-right"],
  ["\u001B[1;2A", "shift-up"],
  ["\u001B[1;6A", "ctrl-shift-up"],
  ["\u001B[Z", "shift-tab"],
  ["\u001B[27;2;13~", "shift-enter"],
  ["\u001B[13;2u", "shift-enter"],
  ["\u001B[97;5u", "ctrl-a"],
])("KeyDecoder knows %j as %s", (sequence, key) => {
  expect(decode(sequence)).toEqual([{ key }]);
});

test("KeyDecoder puts a sequence together that arrives in pieces", () => {
  for (const cut of [1, 2, 3, 4, 5]) {
    const sequence = "\u001B[1;5D";
    expect(decode(sequence.slice(0, cut), `${sequence.slice(cut)}x`)).toEqual([
      { key: "ctrl-left" },
      { text: "x" },
    ]);
  }
});

test("KeyDecoder takes an Escape alone for a key once it is flushed", () => {
  const decoder = new KeyDecoder();
  expect(decoder.push("a\u001B")).toEqual([{ text: "a" }]);
  expect(decoder.waits()).toBe(true);
  expect(decoder.flush()).toEqual([{ key: "escape" }]);
  expect(decoder.waits()).toBe(false);
  expect(decoder.flush()).toEqual([]);
});

test("KeyDecoder drops sequences that mean nothing here, and stays in step", () => {
  for (const noise of [
    "\u001B[I",
    "\u001B[O",
    "\u001B[15~",
    "\u001B[?1;2c",
    "\u001B[200;5u",
    "\u001BOP",
  ]) {
    expect(decode(`${noise}x`).at(-1)).toEqual({ text: "x" });
  }
  expect(decode("\u001B[1;\u0003")).toContainEqual({ key: "ctrl-c" });
});

test("KeyDecoder gives a paste as one event, with newlines and without control characters", () => {
  const pasted = "one\r\ntwo\rthree\u001B[31m\u0007\tfour";
  expect(decode(`a\u001B[200~${pasted}\u001B[201~b`)).toEqual([
    { text: "a" },
    { paste: "one\ntwo\nthree[31m\tfour" },
    { text: "b" },
  ]);
});

test("KeyDecoder puts a paste together wherever it is cut", () => {
  const whole = "\u001B[200~one\rtwo\u001B[201~\r";
  for (let cut = 1; cut < whole.length; cut += 1) {
    expect(decode(whole.slice(0, cut), whole.slice(cut))).toEqual([
      { paste: "one\ntwo" },
      { key: "enter" },
    ]);
  }
  expect(decode(...whole.split(""))).toEqual([{ paste: "one\ntwo" }, { key: "enter" }]);
});

test("KeyDecoder gives up a paste whose end was lost at ctrl-c", () => {
  expect(decode("\u001B[200~one\rtwo", "\u0003", "b")).toEqual([{ key: "ctrl-c" }, { text: "b" }]);
  expect(decode("\u001B[200~one\u0003two\u001B[201~")).toEqual([{ paste: "onetwo" }]);
});

test("KeyDecoder cuts a paste that has no end in sight, and still finds its end", () => {
  const decoder = new KeyDecoder();
  expect(decoder.push("\u001B[200~")).toEqual([]);
  for (let count = 0; count < 30; count += 1) expect(decoder.push("x".repeat(50_000))).toEqual([]);
  const [event] = decoder.push("y\u001B[201~");
  const text = event !== undefined && "paste" in event ? event.paste : "";
  expect(text.length).toBeGreaterThan(999_999);
  expect(text.length).toBeLessThan(1_100_000);
  expect(decoder.push("z")).toEqual([{ text: "z" }]);
});

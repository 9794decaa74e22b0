import { expect, test } from "bun:test";
import { isJsonObject, parseJson, renderJson } from "../../../src/core/json.ts";

test("parseJson() gives the value", () => {
  expect(parseJson('{"a": [1, null]}')).toEqual({ a: [1, null] });
  expect(parseJson("null")).toBeNull();
  expect(parseJson(" 7 ")).toBe(7);
});

test.each(["", "{", "undefined", "{'a': 1}", "\u0000", "{}\u0000", "7 8"])(
  "parseJson() gives undefined for %j",
  (text) => {
    expect(parseJson(text)).toBeUndefined();
  },
);

test("isJsonObject() takes objects only", () => {
  expect(isJsonObject({})).toBe(true);
  for (const value of [null, [], "", 7, true, undefined]) expect(isJsonObject(value)).toBe(false);
});

test("renderJson() is JSON that no terminal obeys", () => {
  const value = { "\u009b": ["\u001b[2J\u007f", "\u202eabc\u2028", "Grüße 👋"] };
  const text = renderJson(value);
  expect(JSON.parse(text)).toEqual(value);
  expect(text).not.toMatch(/[^\P{C}\n]/u);
});

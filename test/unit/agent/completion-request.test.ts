import { expect, test } from "bun:test";
import { prepareCompletion } from "../../../src/agent/completion-request.ts";
import { parseJson } from "../../../src/core/json.ts";

const SOUL = "You are terse.";
const prepare = (text: string, soul: string | null = SOUL) => prepareCompletion(text, "m", soul);

function bodyOf(text: string, soul: string | null = SOUL): unknown {
  const prepared = prepare(text, soul);
  return prepared.ok ? parseJson(prepared.body) : prepared;
}

const USER = { role: "user", content: "hi" };

test("prepareCompletion() adds the system prompt and the model, and keeps everything else", () => {
  const text = JSON.stringify({ messages: [USER], stream: true, x: { y: [1] } });
  expect(bodyOf(text)).toEqual({
    messages: [{ role: "system", content: SOUL }, USER],
    stream: true,
    x: { y: [1] },
    model: "m",
  });
  expect(bodyOf(text, null)).toEqual({ messages: [USER], stream: true, x: { y: [1] }, model: "m" });
});

test.each(["system", "developer"])(
  "prepareCompletion() leaves a request with a %s message byte for byte as it is",
  (role) => {
    const text = `{ "seed": 12345678901234567890, "model": "m",\n "messages": [${JSON.stringify(USER)}, {"role": "${role}", "content": ""}] }`;
    expect(prepare(text)).toEqual({ ok: true, body: text });
  },
);

test.each([
  ["", 400, "invalid_json"],
  ["null", 400, "invalid_json"],
  ["[1]", 400, "invalid_json"],
  ['{"messages": "hi"}', 400, "invalid_messages"],
  ['{"messages": []}', 400, "invalid_messages"],
  ['{"messages": [1], "model": "other"}', 404, "model_not_found"],
  ['{"messages": [1], "model": 5}', 404, "model_not_found"],
])("prepareCompletion() refuses %s", (text, status, code) => {
  expect(prepare(text)).toMatchObject({ ok: false, status, error: { code } });
});

test.each([
  [999, true],
  [1000, false],
  [100_000, false],
])("prepareCompletion() of a value nested %p levels deep is accepted: %p", (levels, ok) => {
  const value = `${"[".repeat(levels)}${"]".repeat(levels)}`;
  const prepared = prepare(`{"messages": [${JSON.stringify(USER)}], "x": ${value}}`);
  expect(prepared.ok).toBe(ok);
  if (!prepared.ok)
    expect(prepared).toMatchObject({ status: 400, error: { code: "invalid_json" } });
});

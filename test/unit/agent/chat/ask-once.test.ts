import { expect, test } from "bun:test";
import { askOnce } from "../../../../src/agent/chat/ask-once.ts";
import { conversePlainly } from "../../../../src/agent/chat/plain-conversation.ts";
import type { ChatProfile } from "../../../../src/agent/chat/chat-profile.ts";
import { DEFAULT_PROFILE } from "../../../../src/profiles/name.ts";
import { FakeHost, type FakeHostOptions } from "../../../support/fake-host.ts";
import { FakeModel } from "../../../support/fake-model.ts";

const PROFILE: ChatProfile = {
  name: DEFAULT_PROFILE,
  directory: "/vol",
  model: { baseUrl: "http://127.0.0.1:1/v1", name: "test", apiKey: null, timeoutMs: 1000 },
  soul: null,
};

function world(options: FakeHostOptions = {}) {
  const host = new FakeHost(options);
  return { host, fake: new FakeModel(host) };
}

test("askOnce() prints the answer as it arrives, and a newline if it ends without one", async () => {
  for (const [answer, printed] of [
    ["an answer", "an answer\n"],
    ["an answer\n", "an answer\n"],
    ["", ""],
  ] as const) {
    const { host, fake } = world();
    const code = askOnce(host, PROFILE, "question");
    if (answer !== "") fake.say(answer);
    await Bun.sleep(0);
    expect(host.stdout).toBe(answer);
    fake.finish();
    expect(await code).toBe(0);
    expect(host.stdout).toBe(printed);
    expect(fake.asked).toEqual([["user: question"]]);
  }
});

test.each([
  ["an answer", "stop", []],
  [" \n", "stop", ["warning: The answer is empty"]],
  ["", "length", ["warning: The answer is cut off: the model's limit of tokens is reached"]],
  ["half", "length", ["warning: The answer is cut off: the model's limit of tokens is reached"]],
  ["", "tool_calls", ["warning: The model asks for a tool, and this chat has none"]],
])("askOnce() remarks on the answer %j that ends with %s", async (answer, reason, notes) => {
  const { host, fake } = world();
  if (answer !== "") fake.say(answer);
  fake.finish(reason);
  expect(await askOnce(host, PROFILE, "question")).toBe(0);
  expect(host.notes).toEqual(notes);
});

test("askOnce() prints no control sequence, whatever reads the answer", async () => {
  for (const [isTerminal, printed] of [
    [false, "[31mred\tx\n"],
    [true, "[31mred\tx\n"],
  ] as const) {
    const { host, fake } = world({ isOutputTerminal: isTerminal });
    fake.answer("\u001B[31mred\tx\n");
    await askOnce(host, PROFILE, "question");
    expect(host.stdout).toBe(printed);
  }
});

test("askOnce() throws the server's failure, after the part that had arrived", async () => {
  const { host, fake } = world();
  fake.refuse(401);
  expect(askOnce(host, PROFILE, "question")).rejects.toThrow(/asks for a key \(401\)/);
  expect(host.stdout).toBe("");
});

test("conversePlainly() works line by line, and goes on after a failure", async () => {
  const { host, fake } = world({ input: ["", "first", "second", "/exit", "not read"] });
  fake.refuse(500);
  fake.answer("an answer");
  expect(await conversePlainly(host, PROFILE)).toBe(0);
  expect(host.stdout).toBe("Hermes, default, test; /exit leaves\n> > > an answer\n\n> ");
  expect(host.notes[0]).toContain("it failed (500)");
  expect(fake.asked).toEqual([["user: first"], ["user: second"]]);
});

test("conversePlainly() sends the earlier messages, and ends with stdin", async () => {
  const { host, fake } = world({ input: ["first", "second"] });
  fake.answer("one\n");
  fake.answer("two\n");
  expect(await conversePlainly(host, PROFILE)).toBe(0);
  expect(fake.asked[1]).toEqual(["user: first", "assistant: one\n", "user: second"]);
  expect(host.stdout).toEndWith("> two\n\n> \n");
});

test("conversePlainly() says that an answer is empty, and forgets it", async () => {
  const { host, fake } = world({ input: ["first", "second"] });
  fake.finish();
  fake.answer("two\n");
  expect(await conversePlainly(host, PROFILE)).toBe(0);
  expect(host.notes).toEqual(["warning: The answer is empty"]);
  expect(fake.asked[1]).toEqual(["user: second"]);
});

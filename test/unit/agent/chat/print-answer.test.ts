import { expect, test } from "bun:test";
import { printAnswer } from "../../../../src/agent/chat/print-answer.ts";
import { buildMessages } from "../../../../src/agent/chat/chat-profile.ts";
import type { FakeHost } from "../../../support/fake-host.ts";
import { CHAT_PROFILE, hostWithModel } from "../../../support/fake-model.ts";

const ask = (host: FakeHost) =>
  printAnswer(host, CHAT_PROFILE, buildMessages(CHAT_PROFILE, [], "question"));

test("printAnswer() prints the answer as it arrives, and a newline if it ends without one", async () => {
  for (const [answer, output] of [
    ["an answer", "an answer\n"],
    ["an answer\n", "an answer\n"],
    ["", ""],
  ] as const) {
    const { host, fake } = hostWithModel();
    const printed = ask(host);
    if (answer !== "") fake.say(answer);
    await Bun.sleep(0);
    expect(host.stdout).toBe(answer);
    fake.finish();
    expect(await printed).toBe(answer);
    expect(host.stdout).toBe(output);
    expect(fake.asked).toEqual([["user: question"]]);
  }
});

test.each([
  ["an answer", "stop", []],
  [" \n", "stop", ["warning: The answer is empty"]],
  ["", "length", ["warning: The answer is cut off: the model's limit of tokens is reached"]],
  ["half", "length", ["warning: The answer is cut off: the model's limit of tokens is reached"]],
  ["", "tool_calls", ["warning: The model asks for a tool, and this chat has none"]],
])("printAnswer() remarks on the answer %j that ends with %s", async (answer, reason, notes) => {
  const { host, fake } = hostWithModel();
  if (answer !== "") fake.say(answer);
  fake.finish(reason);
  await ask(host);
  expect(host.notes).toEqual(notes);
});

test("printAnswer() prints no control sequence, whatever reads the answer", async () => {
  for (const [isTerminal, printed] of [
    [false, "[31mred\tx\n"],
    [true, "[31mred\tx\n"],
  ] as const) {
    const { host, fake } = hostWithModel({ isOutputTerminal: isTerminal });
    fake.answer("\u001B[31mred\tx\n");
    await ask(host);
    expect(host.stdout).toBe(printed);
  }
});

test("printAnswer() throws the server's failure, after the part that had arrived", async () => {
  const { host, fake } = hostWithModel();
  fake.refuse(401);
  expect(ask(host)).rejects.toThrow(/asks for a key \(401\)/);
  expect(host.stdout).toBe("");
});

import { expect, test } from "bun:test";
import { conversePlainly } from "../../../../src/agent/chat/plain-conversation.ts";
import { CHAT_PROFILE, hostWithModel } from "../../../support/fake-model.ts";

test("conversePlainly() works line by line, and goes on after a failure", async () => {
  const { host, fake } = hostWithModel({ input: ["", "first", "second", "/exit", "not read"] });
  fake.refuse(500);
  fake.answer("an answer");
  expect(await conversePlainly(host, CHAT_PROFILE)).toBe(0);
  expect(host.stdout).toBe("Hermes, default, test; /exit leaves\n> > \n> an answer\n\n> ");
  expect(host.notes[0]).toContain("it failed (500)");
  expect(fake.asked).toEqual([["user: first"], ["user: second"]]);
});

test("conversePlainly() sends the earlier messages, and ends with stdin", async () => {
  const { host, fake } = hostWithModel({ input: ["first", "second"] });
  fake.answer("one\n");
  fake.answer("two\n");
  expect(await conversePlainly(host, CHAT_PROFILE)).toBe(0);
  expect(fake.asked[1]).toEqual(["user: first", "assistant: one\n", "user: second"]);
  expect(host.stdout).toEndWith("> two\n\n> \n");
});

test("conversePlainly() says that an answer is empty, and forgets it", async () => {
  const { host, fake } = hostWithModel({ input: ["first", "second"] });
  fake.finish();
  fake.answer("two\n");
  expect(await conversePlainly(host, CHAT_PROFILE)).toBe(0);
  expect(host.notes).toEqual(["warning: The answer is empty"]);
  expect(fake.asked[1]).toEqual(["user: second"]);
});

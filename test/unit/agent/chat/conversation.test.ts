import { expect, test } from "bun:test";
import { MONOCHROME } from "../../../../src/terminal/style.ts";
import { createSession } from "../../../../src/agent/chat/terminal-session.ts";
import { Conversation } from "../../../../src/agent/chat/conversation.ts";
import { historyPath } from "../../../../src/agent/chat/history-file.ts";
import { nearest } from "../../../../src/cli/nearest.ts";
import { CHAT_PROFILE, hostWithModel } from "../../../support/fake-model.ts";
import { VirtualScreen } from "../../../support/virtual-screen.ts";

const PROFILE = { ...CHAT_PROFILE, soul: "Be brief." };

/** A conversation whose user is the test. */
function begin() {
  const { host, fake } = hostWithModel();
  host.disk.putDirectory("/vol");
  const { terminal } = host;
  const source = { first: PROFILE, read: async () => PROFILE };
  const talk = new Conversation(host, createSession(host, terminal, MONOCHROME), source, nearest);
  const over = talk.run();
  const screen = new VirtualScreen(80, 24);
  let seen = 0;
  const shown = () => {
    screen.feed(terminal.written.slice(seen));
    seen = terminal.written.length;
    return screen.text.join("\n");
  };
  const shows = async (text: string) => {
    for (let turn = 0; turn < 2000 && !shown().includes(text); turn += 1) await Bun.sleep(1);
    expect(shown()).toContain(text);
  };
  const ask = async (question: string, answer: string) => {
    terminal.type(`${question}\r`);
    fake.answer(`${answer}\n`);
    await shows(answer);
    await shows("›");
  };
  return { host, fake, terminal, over, screen, shown, shows, ask };
}

/** Until nothing is left to do. */
const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Bun.sleep(0);
};

test("Conversation sends the text with the system prompt and the earlier messages", async () => {
  const { fake, ask } = begin();
  await ask("first", "one");
  await settle();
  await ask("second", "two");
  expect(fake.asked).toEqual([
    ["system: Be brief.", "user: first"],
    ["system: Be brief.", "user: first", "assistant: one\n", "user: second"],
  ]);
});

test("Conversation reports a paste that does not fit into a message", async () => {
  const { fake, terminal, shown, shows } = begin();
  const paste = (text: string) => terminal.type(`\u001B[200~${text}\u001B[201~`);
  const line = `${"x".repeat(999)}\r`;
  paste(line.repeat(1000));
  await settle();
  expect(shown()).not.toContain("left out");
  paste("x");
  await shows("The end is left out: a message has at most 1000000 characters");
  terminal.type("\u0003");
  paste(line.repeat(1500));
  await shows("The end is left out");
  terminal.type("\r");
  await settle();
  expect(fake.asked.at(-1)?.at(-1)).toHaveLength("user: ".length + 999_999);
});

test("Conversation shows an answer as it arrives, and the text that is typed meanwhile", async () => {
  const { fake, terminal, shown, shows } = begin();
  terminal.type("question\r");
  await shows("waiting for the model");
  fake.say("The first line\nand a **part");
  await shows("and a part");
  expect(shown()).toContain("Ctrl-C stops the answer");
  terminal.type("typed ahead");
  await shows("› typed ahead");
  terminal.type("\r");
  await shows("Wait for the answer, then send this");
  fake.say("** of it");
  fake.finish();
  await settle();
  expect(shown()).toEndWith("› question\n\nThe first line\nand a part of it\n\n› typed ahead");
  expect(fake.asked).toHaveLength(1);
});

test("Conversation stops an answer with ctrl-c, and keeps the part that had arrived", async () => {
  const { fake, terminal, shown, shows } = begin();
  terminal.type("question\r");
  fake.say("half an ans");
  await shows("half an ans");
  terminal.type("\u0003");
  await shows("(stopped)");
  expect(fake.aborted).toBe(1);
  await settle();
  terminal.type("next\r");
  await settle();
  expect(fake.asked[1]).toEqual([
    "system: Be brief.",
    "user: question",
    "assistant: half an ans",
    "user: next",
  ]);
  expect(shown()).toContain("half an ans\n(stopped)");
});

test("Conversation says that an answer is empty, or cut off", async () => {
  const { fake, terminal, shows, shown } = begin();
  terminal.type("question\r");
  fake.finish();
  await shows("(The answer is empty)");
  terminal.type("question\r");
  fake.say("half an ans");
  fake.finish("length");
  await shows("(The answer is cut off: the model's limit of tokens is reached)");
  expect(shown()).toContain("half an ans\n(The answer is cut off");
});

test("Conversation clears the line with ctrl-c, then shows how to leave, then leaves", async () => {
  const { terminal, shown, shows, over } = begin();
  terminal.type("some text");
  await shows("some text");
  terminal.type("\u0003");
  await settle();
  expect(shown()).not.toContain("some text");
  terminal.type("\u0003");
  await shows("Ctrl-C again or Ctrl-D leaves");
  terminal.type("x\u007F\u0003");
  await settle();
  expect(shown()).toContain("Ctrl-C again or Ctrl-D leaves");
  terminal.type("\u0003");
  expect(await over).toBe(0);
});

test.each([["\u0004"], ["/exit\r"], ["/quit\r"]])("Conversation ends with %j", async (keys) => {
  const { terminal, over, shown } = begin();
  terminal.type(keys);
  expect(await over).toBe(0);
  expect(shown()).not.toContain("›");
});

test("Conversation ends when the terminal goes, with its request", async () => {
  const { terminal, fake, over } = begin();
  terminal.type("question\r");
  await settle();
  terminal.hangUp();
  expect(await over).toBe(129);
  await settle();
  expect(fake.aborted).toBe(1);
});

test("Conversation shows why there is no answer, and /retry asks the question again", async () => {
  const { terminal, fake, shows } = begin();
  fake.refuse(401);
  terminal.type("question\r");
  await shows("✗ Cannot use the model server at http://127.0.0.1:1/v1: it asks for a key");
  await shows("/retry asks again");
  terminal.type("/retry\r");
  fake.answer("an answer");
  await shows("an answer");
  await settle();
  terminal.type("/retry\r");
  await settle();
  const question = ["system: Be brief.", "user: question"];
  expect(fake.asked).toEqual([question, question, question]);
});

test("Conversation breaks a failure's sentence between its words", async () => {
  const { terminal, fake, shows } = begin();
  terminal.resize(40, 20);
  fake.refuse(401);
  terminal.type("question\r");
  await shows(
    "✗ Cannot use the model server at\n  http://127.0.0.1:1/v1: it asks for a\n  key (401)",
  );
});

test("Conversation forgets its messages with /new and /clear, and /retry then has no question", async () => {
  for (const command of ["/new", "/clear"]) {
    const { terminal, fake, ask, shows, shown } = begin();
    await ask("first", "the answer");
    await settle();
    terminal.type(`${command}\r`);
    await settle();
    if (command === "/clear") expect(shown()).not.toContain("the answer");
    terminal.type("/retry\r");
    await shows("There is no question to ask again");
    terminal.type("second\r");
    await settle();
    expect(fake.asked[1]).toEqual(["system: Be brief.", "user: second"]);
  }
});

test("Conversation knows its commands, and names the one that was meant", async () => {
  const { terminal, fake, shows, shown } = begin();
  terminal.type("/help\r");
  await shows("Ctrl-W, Ctrl-U, Ctrl-K cut");
  terminal.type("/model\r");
  await shows("test at http://127.0.0.1:1/v1");
  terminal.type("/exti\r");
  await shows("Unknown command '/exti'; did you mean '/exit'?");
  terminal.type("/mo\t");
  await settle();
  expect(shown()).toEndWith("› /model");
  expect(fake.asked).toEqual([]);
});

test("Conversation keeps sent texts in the history, and recalls them", async () => {
  const { host, terminal, ask, shows } = begin();
  await ask("to be recalled", "yes");
  await settle();
  terminal.type("\u001B[A");
  await shows("› to be recalled");
  expect(host.disk.text(historyPath("/vol"))).toBe('{"text":"to be recalled"}\n');
});

test("Conversation reports once that a line cannot be kept", async () => {
  const { host, terminal, shows } = begin();
  host.disk.putDirectory(historyPath("/vol"));
  terminal.type("/model\r");
  await shows("This line is not kept for the next time");
});

test("Conversation draws itself again for another width, and after ctrl-z and ctrl-l", async () => {
  const { terminal, shows, screen, shown } = begin();
  const text = "a text that is much longer than the forty columns of the smaller terminal";
  terminal.type(text);
  await shows(text);
  terminal.type("\u001A");
  expect(terminal.suspended).toBe(1);
  await settle();
  terminal.type("\u000C");
  await settle();
  shown();
  expect(screen.visible).toEqual([`› ${text}`]);
  const from = terminal.written.length;
  terminal.resize(40, 10);
  const small = new VirtualScreen(40, 10);
  // The terminal has broken the row: the cursor is a row below where it was.
  small.feed(`› ${text}`);
  small.feed(terminal.written.slice(from));
  expect(small.visible).toEqual(
    ["› a text that is much longer than the f", "  orty columns of the smaller terminal", ""].slice(
      0,
      2,
    ),
  );
});

test("Conversation shows a long paste in part, and sends all of it", async () => {
  const { terminal, fake, shows, shown } = begin();
  const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`).join("\n");
  terminal.type(`\u001B[200~${lines}\u001B[201~\r`);
  await shows("… and 70 more lines");
  expect(shown()).not.toContain("line 31\n");
  await settle();
  expect(fake.asked[0]?.[1]).toBe(`user: ${lines}`);
});

test("Conversation shows the beginning of a long line, and sends all of it", async () => {
  const { fake, terminal, shows, shown } = begin();
  const line = `${"x".repeat(999)}${"😀".repeat(150_000)}`;
  terminal.type(`\u001B[200~${line}\u001B[201~\r`);
  await shows("… (300999 characters)");
  expect(shown()).not.toContain("\uFFFD");
  expect(terminal.written.length).toBeLessThan(20_000);
  await settle();
  expect(fake.asked[0]?.[1]).toBe(`user: ${line}`);
});

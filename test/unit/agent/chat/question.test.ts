import { expect, test } from "bun:test";
import { MONOCHROME } from "../../../../src/terminal/style.ts";
import { createSession } from "../../../../src/agent/chat/terminal-session.ts";
import { askQuestion, type Question } from "../../../../src/agent/chat/question.ts";
import { askForModel } from "../../../../src/agent/chat/setup-questions.ts";
import type { ModelSettings } from "../../../../src/agent/config-values.ts";
import type { ModelChange } from "../../../../src/agent/write-config.ts";
import { FakeHost } from "../../../support/fake-host.ts";
import { VirtualScreen } from "../../../support/virtual-screen.ts";

const sessionOf = (host: FakeHost) => createSession(host, host.terminal, MONOCHROME);

const NAME: Question = {
  label: "Name",
  help: null,
  current: "old",
  isSecret: false,
  refuse: (answer) => (answer.includes(" ") ? "it must be one word" : null),
};

function shown(host: FakeHost): string {
  const screen = new VirtualScreen(80, 24);
  screen.feed(host.terminal.written);
  return screen.text.join("\n").trimEnd();
}

test("askQuestion() takes the typed text, or the value in the brackets", async () => {
  const host = new FakeHost();
  const session = sessionOf(host);
  const typed = askQuestion(session, NAME);
  host.terminal.type(" new \r");
  expect(await typed).toBe("new");
  const kept = askQuestion(session, NAME);
  host.terminal.type("\r");
  expect(await kept).toBe("old");
  expect(shown(host)).toBe("Name [old]: new\nName [old]: old");
});

test("askQuestion() shows its help while it asks, or the problem instead", async () => {
  const host = new FakeHost();
  const asked = askQuestion(sessionOf(host), { ...NAME, help: "a word" });
  expect(shown(host)).toBe("Name [old]:\na word");
  host.terminal.type("a b\r");
  expect(shown(host)).toBe("Name [old]: a b\n✗ it must be one word");
  host.terminal.type("\u0015\r");
  await asked;
  expect(shown(host)).toBe("Name [old]: old");
});

test("askQuestion() shows why an answer is refused, and asks again", async () => {
  const host = new FakeHost();
  const answer = askQuestion(sessionOf(host), NAME);
  host.terminal.type("two words\r");
  expect(shown(host)).toBe("Name [old]: two words\n✗ it must be one word");
  host.terminal.type("\u0015one\r");
  expect(await answer).toBe("one");
  expect(shown(host)).toBe("Name [old]: one");
});

test("askQuestion() shows nothing of a secret, pasted or typed, not even its length at the end", async () => {
  const host = new FakeHost();
  const secret = { ...NAME, label: "Key", isSecret: true, refuse: () => null };
  const answer = askQuestion(sessionOf(host), secret);
  host.terminal.type("sk-\u001B[200~abc\n\u001B[201~d");
  expect(shown(host)).toBe(`Key [as it is]: ${"•".repeat(8)}`);
  host.terminal.type("\r");
  expect(await answer).toBe("sk-abc d");
  expect(shown(host)).not.toMatch(/sk|abc/);
});

test("askQuestion() gives up with ctrl-c, ctrl-d and the terminal's end", async () => {
  for (const leave of ["\u0003", "\u0004", null]) {
    const host = new FakeHost();
    const answer = askQuestion(sessionOf(host), NAME);
    if (leave === null) host.terminal.hangUp();
    else host.terminal.type(leave);
    expect(await answer).toBeNull();
  }
});

const URL_ONE = "http://one.test/v1";
const ALL: ModelSettings = { baseUrl: URL_ONE, name: "m", apiKey: "sk-0", timeoutMs: 1000 };

/** Answers the questions one after another. */
async function answerAll(
  current: ModelSettings | null,
  given: ModelChange,
  lines: readonly string[],
): Promise<ModelChange | null> {
  const host = new FakeHost();
  const changes = askForModel(sessionOf(host), current, given);
  for (const line of lines) {
    host.terminal.type(line);
    await Bun.sleep(0);
  }
  return changes;
}

test("askForModel() asks for server, model and key", async () => {
  expect(await answerAll(null, {}, [`${URL_ONE}\r`, "m\r", "sk-1\r"])).toEqual({
    base_url: URL_ONE,
    name: "m",
    api_key: "sk-1",
  });
  expect(await answerAll(null, {}, [`${URL_ONE}\r`, "m\r", "\r"])).toEqual({
    base_url: URL_ONE,
    name: "m",
    api_key: null,
  });
});

test("askForModel() asks again after an invalid answer", async () => {
  const lines = ["\r", "nonsense\r", `\u0015${URL_ONE}\r`, "\r", "m\r", "\r"];
  expect(await answerAll(null, {}, lines)).toMatchObject({ base_url: URL_ONE, name: "m" });
});

test("askForModel() returns no unchanged value, and removes a key with -", async () => {
  expect(await answerAll(ALL, {}, ["\r", "\r", "\r"])).toEqual({});
  expect(await answerAll(ALL, {}, ["\r", "other\r", "-\r"])).toEqual({
    name: "other",
    api_key: null,
  });
});

test("askForModel() does not give one server's key to another", async () => {
  expect(await answerAll(ALL, {}, ["http://two.test/v1\r", "\r", "\r"])).toEqual({
    base_url: "http://two.test/v1",
    api_key: null,
  });
});

test("askForModel() asks only for missing values, and gives up with ctrl-c", async () => {
  const given = { base_url: URL_ONE, api_key: "k" };
  expect(await answerAll(null, given, ["m\r"])).toEqual({ ...given, name: "m" });
  expect(await answerAll(null, given, ["\u0003"])).toBeNull();
  expect(await answerAll(null, {}, [`${URL_ONE}\r`, "m\r", "\u0003"])).toBeNull();
});

test("askForModel() takes answers that were typed ahead", async () => {
  expect(await answerAll(null, {}, [`${URL_ONE}\rm\rsk-1\r`])).toEqual({
    base_url: URL_ONE,
    name: "m",
    api_key: "sk-1",
  });
});

import { expect, test } from "bun:test";
import { hermes } from "../../../support/command-line.ts";
import { FakeHost, type FakeHostOptions } from "../../../support/fake-host.ts";
import { FakeModel } from "../../../support/fake-model.ts";

const CONFIG = "model:\n  base_url: http://127.0.0.1:1/v1\n  name: test\n";

function installation(options: FakeHostOptions = {}, config: string | null = CONFIG) {
  const host = new FakeHost({ environment: { HERMES_HOME: "/vol", TERM: "xterm" }, ...options });
  host.disk.putDirectory("/vol/profiles/coder");
  host.disk.putFile("/vol/profiles/coder/SOUL.md", "I write code.");
  if (config !== null) host.disk.putFile("/vol/config.yaml", config);
  return { host, fake: new FakeModel(host) };
}

const TERMINAL = { isTerminal: true, isOutputTerminal: true } as const;

test("hermes chat -q asks one question, whatever stdin is", async () => {
  for (const isTerminal of [true, false]) {
    const { host, fake } = installation({ isTerminal, input: ["not read"] });
    fake.answer("an answer");
    expect(await hermes(host, "chat", "-q", " What? ")).toEqual({
      code: 0,
      stdout: "an answer\n",
      notes: [],
    });
    expect(fake.asked).toEqual([["user: What?"]]);
  }
});

test.each([
  [["chat"], "on stdin"],
  [["chat", "-q", "-"], "on stdin"],
  [["chat", "--query=-"], "on stdin"],
  [["chat", "-q", "Sum it up:", "--stdin"], "Sum it up:\n\non stdin"],
  [["chat", "--stdin"], "on stdin"],
])("hermes %j asks what is on stdin", async (words, question) => {
  const { host, fake } = installation({ input: ["on stdin"] });
  fake.answer("an answer");
  expect((await hermes(host, ...words)).code).toBe(0);
  expect(fake.asked).toEqual([[`user: ${question}`]]);
});

test("hermes chat asks the profile that is meant, with its soul", async () => {
  const { host, fake } = installation();
  host.disk.putFile("/vol/profiles/coder/config.yaml", CONFIG);
  fake.answer("x");
  await hermes(host, "-p", "coder", "chat", "-q", "hi");
  expect(fake.asked).toEqual([["system: I write code.", "user: hi"]]);
});

test("hermes chat refuses what cannot be a conversation", async () => {
  const hint = /^ {2}Hint: pass -q TEXT/;
  for (const [options, words, message] of [
    [{}, ["chat"], "✗ Cannot hold a conversation: stdin is not a terminal"],
    [{}, ["--tui"], "✗ Cannot hold a conversation: stdin is not a terminal"],
    [{}, ["-T"], "✗ Cannot hold a conversation: stdin is not a terminal"],
    [{ isTerminal: true }, ["chat"], "✗ Cannot hold a conversation: stdout is not a terminal"],
  ] as const) {
    const outcome = await hermes(installation(options).host, ...words);
    expect(outcome).toMatchObject({
      code: 2,
      stdout: "",
      notes: [message, expect.stringMatching(hint)],
    });
  }
});

test.each([
  [["chat", "-q", "  "], 2, "There is no question: it is empty"],
  [["chat", "-q", "-"], 2, "There is no question: it is empty"],
  [["chat", "-q"], 2, "Flag '-q' needs a value"],
  [["-p", "codr", "chat", "-q", "x"], 4, "Cannot chat with profile 'codr': no such profile"],
  [
    ["-p", "coder", "chat", "-q", "x"],
    78,
    "No model is configured: model.base_url and model.name are missing in /vol/profiles/coder/config.yaml",
  ],
])("hermes %j exits %d: %s", async (words, code, message) => {
  const outcome = await hermes(installation().host, ...words);
  expect(outcome).toMatchObject({ code, stdout: "" });
  expect(outcome.notes[0]).toBe(`✗ ${message}`);
});

test("hermes chat takes at most 1 MiB of stdin", async () => {
  const most = installation({ input: ["x".repeat(1_048_576)] });
  most.fake.answer("x");
  expect((await hermes(most.host, "chat")).code).toBe(0);
  const { host } = installation({ input: ["é".repeat(524_289)] });
  expect(await hermes(host, "chat")).toMatchObject({
    code: 2,
    notes: ["✗ Cannot send what is on stdin: it is longer than 1 MiB", "  Hint: send a part of it"],
  });
});

test("hermes, chat, --tui and -T on a terminal begin a conversation, and give the terminal back", async () => {
  for (const words of [[], ["chat"], ["--tui"], ["-T"], ["chat", "--tui"]]) {
    const { host } = installation(TERMINAL);
    const outcome = hermes(host, ...words);
    await host.terminal.gets("· default · test");
    host.terminal.type("\u0004");
    expect(await outcome).toEqual({ code: 0, stdout: "", notes: [] });
    expect(host.terminal.isOpen).toBe(false);
  }
});

test("hermes alone shows its help if there is no terminal", async () => {
  for (const options of [{}, { isTerminal: true }, { isOutputTerminal: true }]) {
    const { code, stdout } = await hermes(installation(options).host);
    expect(code).toBe(0);
    expect(Bun.stripANSI(stdout)).toContain("Usage: hermes");
  }
});

test("hermes chat ends with the signal's exit code and gives the terminal back", async () => {
  const { host } = installation(TERMINAL);
  const outcome = hermes(host, "chat");
  await host.terminal.gets("· default · test");
  host.end("SIGTERM");
  expect((await outcome).code).toBe(143);
  expect(host.terminal.isOpen).toBe(false);
});

test("hermes chat without a model asks for one first, and writes it down", async () => {
  const { host } = installation(TERMINAL, null);
  const outcome = hermes(host, "chat");
  for (const [label, line] of [
    ["Base URL: ", "http://127.0.0.1:1/v1\r"],
    ["Model: ", "test\r"],
    ["API key: ", "sk-1\r"],
  ] as const) {
    await host.terminal.gets(label);
    host.terminal.type(line);
  }
  await host.terminal.gets("· default · test");
  host.terminal.type("\u0004");
  expect((await outcome).code).toBe(0);
  expect(host.disk.text("/vol/config.yaml")).toContain("api_key: sk-1");
  const given = installation(TERMINAL, null);
  const up = hermes(given.host, "chat");
  await given.host.terminal.gets("Base URL: ");
  given.host.terminal.type("\u0003");
  expect(await up).toMatchObject({
    code: 130,
    notes: ["No model is configured; `hermes setup` asks for it again"],
  });
  expect(given.host.disk.has("/vol/config.yaml")).toBe(false);
});

test("hermes chat on a terminal that knows no sequences goes line by line", async () => {
  const { host, fake } = installation({
    ...TERMINAL,
    environment: { HERMES_HOME: "/vol", TERM: "dumb" },
    input: ["hi"],
  });
  fake.answer("an answer");
  expect((await hermes(host, "chat")).stdout).toBe(
    "Hermes, default, test; /exit leaves\n> an answer\n\n> \n",
  );
  expect(host.terminal.written).toBe("");
});

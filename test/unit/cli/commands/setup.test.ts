import { expect, test } from "bun:test";
import { hermes } from "../../../support/command-line.ts";
import { FakeHost, type FakeHostOptions } from "../../../support/fake-host.ts";
import { FakeModel } from "../../../support/fake-model.ts";

const URL_ONE = "http://127.0.0.1:1/v1";
const TERMINAL = { isTerminal: true, isOutputTerminal: true } as const;
const CONFIG = `model:\n  base_url: ${URL_ONE}\n  name: test\n  api_key: sk-old\n`;

function installation(options: FakeHostOptions = {}, config: string | null = null) {
  const host = new FakeHost({ environment: { HERMES_HOME: "/vol", TERM: "xterm" }, ...options });
  host.disk.putDirectory("/vol");
  if (config !== null) host.disk.putFile("/vol/config.yaml", config);
  return { host, fake: new FakeModel(host), written: () => host.disk.text("/vol/config.yaml") };
}

test("hermes setup writes what the flags say, tries it, and says what came of it", async () => {
  const { host, fake, written } = installation();
  fake.answer("Ready.\n");
  const outcome = await hermes(host, "setup", "--base-url", `${URL_ONE}/`, "--model", "test");
  expect(outcome).toEqual({
    code: 0,
    stdout: "Wrote /vol/config.yaml\nIt answers: Ready.\n",
    notes: [`Trying 'test' at ${URL_ONE} …`, "Next: hermes chat"],
  });
  expect(written()).toBe(`model:\n  base_url: ${URL_ONE}\n  name: test\n`);
});

test("hermes setup takes the key from stdin or from a variable, never from an argument", async () => {
  const flags = ["setup", "--base-url", URL_ONE, "--model", "test", "--no-test"];
  const stdin = installation({ input: ["sk-1", ""] });
  expect((await hermes(stdin.host, ...flags, "--api-key-stdin")).code).toBe(0);
  expect(stdin.written()).toContain("  api_key: sk-1\n");
  expect(stdin.host.files.readStatus("/vol/config.yaml")?.mode).toBe(0o600);
  const variable = installation({
    environment: { HERMES_HOME: "/vol", OPENAI_API_KEY: "sk-2" },
  });
  expect((await hermes(variable.host, ...flags, "--api-key-env", "OPENAI_API_KEY")).code).toBe(0);
  expect(variable.written()).toContain("  api_key: ${OPENAI_API_KEY}\n");
  expect(variable.fake.asked).toEqual([]);
});

test("hermes setup changes one thing and keeps the others, but no key for another server", async () => {
  const same = installation({}, CONFIG);
  await hermes(same.host, "setup", "--model", "other", "--no-test");
  expect(same.written()).toBe(CONFIG.replace("test", "other"));
  const moved = installation({}, CONFIG);
  const other = "http://127.0.0.1:2/v1";
  const { notes } = await hermes(moved.host, "setup", "--base-url", other, "--no-test");
  expect(notes[0]).toBe(`The key for ${URL_ONE} is left out; --api-key-stdin takes another`);
  expect(moved.written()).toBe("model:\n  base_url: http://127.0.0.1:2/v1\n  name: test\n");
});

test("hermes setup fails if the model does not answer; what was written stays", async () => {
  const { host, fake, written } = installation();
  fake.refuse(401);
  const outcome = await hermes(host, "setup", "--base-url", URL_ONE, "--model", "test");
  expect(outcome.code).toBe(1);
  expect(outcome.stdout).toBe("Wrote /vol/config.yaml\n");
  expect(outcome.notes[1]).toContain("it asks for a key (401)");
  expect(written()).toContain("name: test");
});

test.each([
  [[], "there is no terminal to ask on", "pass --base-url URL and --model NAME"],
  [["--model", "m"], "there is no terminal to ask on", "pass --base-url URL;"],
])("hermes setup %j without a terminal exits 2: %s", async (flags, why, hint) => {
  const { code, notes } = await hermes(installation().host, "setup", ...flags);
  expect(code).toBe(2);
  expect(notes[0]).toBe(`✗ Cannot ask for the model: ${why}`);
  expect(notes[1]).toContain(hint);
});

test.each([
  [
    ["--base-url", "one.test"],
    "--base-url must be an address that begins with http:// or https://",
  ],
  [["--model", " "], "--model must not be empty"],
  [["--api-key-stdin"], "The key on stdin must not be empty"],
  [["--api-key-env", "sk-1"], "--api-key-env takes a variable's name, not 'sk-1'"],
  [
    ["--api-key-env", "X", "--api-key-stdin"],
    "--api-key-stdin and --api-key-env exclude each other",
  ],
  [["--api-key", "sk-1"], "Unknown flag '--api-key'"],
])("hermes setup %j exits 2: %s", async (flags, message) => {
  const { host, written } = installation();
  const { code, notes } = await hermes(host, "setup", ...flags);
  expect(code).toBe(2);
  expect(notes[0]).toStartWith(`✗ ${message}`);
  expect(written()).toBeNull();
});

test("hermes setup asks on a terminal, with what there is as the default", async () => {
  const { host, fake, written } = installation(TERMINAL, CONFIG);
  fake.answer("Ready.");
  const outcome = hermes(host, "setup");
  for (const [label, line] of [
    [`Base URL [${URL_ONE}]: `, "\r"],
    ["Model [test]: ", "other\r"],
    ["API key: ", "\r"],
  ] as const) {
    await host.terminal.gets(label);
    host.terminal.type(line);
  }
  expect((await outcome).code).toBe(0);
  expect(written()).toBe(CONFIG.replace("test", "other"));
  expect(host.terminal.isOpen).toBe(false);
  expect(host.terminal.written).not.toContain("sk-old");
});

test("hermes setup changes nothing if it is given up", async () => {
  const { host, written } = installation(TERMINAL, CONFIG);
  const outcome = hermes(host, "setup");
  await host.terminal.gets("Base URL");
  host.terminal.type("\u0003");
  expect(await outcome).toMatchObject({ code: 130, notes: ["Given up; nothing is changed"] });
  expect(written()).toBe(CONFIG);
});

test("hermes setup mends a value that cannot be used, and no file that is none", async () => {
  const bad = installation({}, "model:\n  base_url: nonsense\n  name: test\n");
  const mended = await hermes(
    bad.host,
    "setup",
    "--base-url",
    URL_ONE,
    "--model",
    "m",
    "--no-test",
  );
  expect(mended.code).toBe(0);
  expect(mended.notes[0]).toStartWith("warning: Cannot use /vol/config.yaml: line 2:");
  const none = installation({}, "model: [\n");
  const refused = await hermes(none.host, "setup", "--base-url", URL_ONE, "--model", "m");
  expect(refused.code).toBe(78);
  expect(none.written()).toBe("model: [\n");
});

test("hermes setup says how a gateway that runs takes it up", async () => {
  const { host } = installation({}, CONFIG);
  host.disk.putFile("/vol/gateway_state.json", '{"gateway_state":"running"}');
  const { notes } = await hermes(host, "setup", "--model", "m", "--no-test");
  expect(notes).toEqual([
    "A gateway that runs takes it up with `hermes gateway restart`",
    "Next: hermes chat",
  ]);
});

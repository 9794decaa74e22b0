import { afterAll, expect, test } from "bun:test";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { findExecutable } from "../support/executable.ts";
import { makeInstallation, type Installation } from "../support/foreground-gateway.ts";
import { startModelServer } from "../support/model-server.ts";
import { waitFor } from "../support/program.ts";
import { openWindow, type Window, type WindowOptions } from "../support/window.ts";

// The compiled executable on a pseudo-terminal of its own, against a local model server.

const server = startModelServer();
afterAll(() => server.stop());

interface Conversation extends AsyncDisposable {
  readonly installation: Installation;
  readonly window: Window;
  readonly env: Readonly<Record<string, string>>;
}

interface ConversationOptions {
  readonly mood?: string;
  readonly words?: string;
  readonly config?: string | null;
  readonly env?: Readonly<Record<string, string>>;
  readonly size?: Partial<WindowOptions>;
}

/** A shell that runs hermes and says what it left behind. */
const SCRIPT =
  'trap : INT; before=$(stty -g); "$HERMES" $WORDS; echo "code=$? same=$([ "$before" = "$(stty -g)" ] && echo yes)."; read -r _';

function begin(options: ConversationOptions = {}): Conversation {
  const { mood, words = "chat", env = {}, size = {} } = options;
  const installation = makeInstallation();
  const config = `model:\n  base_url: ${server.baseUrl(mood)}\n  name: test\n`;
  if (options.config !== null) installation.write("config.yaml", options.config ?? config);
  const all = { ...installation.env, HERMES: findExecutable(), WORDS: words, ...env };
  const window = openWindow(["/bin/sh", "-c", SCRIPT], { env: all, ...size });
  return {
    installation,
    window,
    env: all,
    [Symbol.asyncDispose]: async () => {
      await window[Symbol.asyncDispose]();
      installation[Symbol.dispose]();
    },
  };
}

const REQUEST = v.object({ messages: v.array(v.object({ content: v.string() })) });

/** What the model was asked last. */
function lastQuestion(): string {
  const { messages } = v.parse(REQUEST, server.requests.at(-1)?.body);
  return messages.at(-1)?.content ?? "";
}

const READY = "Ctrl-D leaves";
const LEFT = "\u001B[D";
const UP = "\u001B[A";
const paste = (text: string) => `\u001B[200~${text}\u001B[201~`;

/** The pid of hermes in the window. */
async function findHermes({ window }: Conversation): Promise<number> {
  const children = `/proc/${window.pid}/task/${window.pid}/children`;
  // setsid may have forked; below it is the shell, and below that hermes.
  let pid = Number(readFileSync(children, "utf8").trim().split(" ")[0]);
  if (!readFileSync(`/proc/${window.pid}/comm`, "utf8").startsWith("setsid")) return pid;
  pid = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")[0]);
  return pid;
}

test("hermes chat edits a line with the keys of every shell, and sends it", async () => {
  await using conversation = begin();
  const { window } = conversation;
  await window.shows(READY);
  window.type(
    `wrld${LEFT}${LEFT}${LEFT}o\u0001hello, \u0005!\u001B[1;5D\u001B[1;5Dbig \u0005\u0017planet`,
  );
  await window.shows("› big hello, planet");
  window.type("\r");
  await window.shows("You said: big hello, planet");
  expect(lastQuestion()).toBe("big hello, planet");
});

test("hermes chat puts the cursor where the text is, with wide characters and emoji", async () => {
  await using conversation = begin({ size: { columns: 20 } });
  const { window } = conversation;
  await window.shows("leaves");
  window.type("日本語👩‍👩‍👧é");
  await window.shows("› 日本語👩‍👩‍👧é");
  expect(window.screen().cursor.column).toBe(11);
  window.type(LEFT + LEFT);
  await waitFor("the cursor", () => window.screen().cursor.column === 8);
  window.type("\u007F");
  await window.shows("› 日本👩‍👩‍👧é");
  window.type("\r");
  await waitFor("the request", () => lastQuestion() === "日本👩‍👩‍👧é");
});

test("hermes chat takes a paste of several lines for one text, and sends it with Enter", async () => {
  await using conversation = begin();
  const { window } = conversation;
  const before = server.requests.length;
  await window.shows(READY);
  expect(window.screen().bracketedPaste).toBe(true);
  window.type(paste("first line\r\nsecond line\nthird"));
  await window.shows("› first line\n  second line\n  third");
  expect(server.requests.length).toBe(before);
  window.type("\r");
  await waitFor("the request", () => server.requests.length > before);
  expect(lastQuestion()).toBe("first line\nsecond line\nthird");
});

test("hermes chat shows an answer as it arrives, and stops it with ctrl-c", async () => {
  await using conversation = begin({ mood: "patient" });
  const { window } = conversation;
  await window.shows(READY);
  window.type("count\r");
  await window.shows("word-1");
  expect(window.text()).toContain("Ctrl-C stops the answer");
  window.type("meanwhile");
  await window.shows("› meanwhile");
  window.type("\u0003");
  await window.shows("(stopped)");
  await waitFor("the server to notice", () => server.requests.at(-1)?.aborted === true);
  expect(window.text()).toContain("› meanwhile");
  window.type("\u0003\u0003\u0003");
  await window.shows("code=0 same=yes.");
});

test("hermes chat draws itself again when the window's size changes", async () => {
  await using conversation = begin();
  const { window } = conversation;
  await window.shows(READY);
  window.type("a question that is a good deal longer than forty columns are");
  await window.shows("forty columns are");
  window.resize(40, 12);
  await window.shows("› a question that is a good deal longer");
  await waitFor("one drawing", () => window.text().split("› a question").length === 2);
  window.type(" wide");
  await window.shows("forty columns are wide");
  window.resize(100, 30);
  await window.shows("› a question that is a good deal longer than forty columns are wide");
  expect(window.text().split("› a question").length).toBe(2);
  window.type("\r");
  await window.shows("You said: a question that is a good deal longer than forty columns are wide");
});

test.each([
  ["ctrl-d", "\u0004", 0],
  ["/exit", "/exit\r", 0],
])("hermes chat leaves the terminal as it was: %s", async (_, keys, code) => {
  await using conversation = begin();
  const { window } = conversation;
  await window.shows(READY);
  expect(window.isNonBlocking()).toBe(false);
  window.type(keys);
  await window.shows(`code=${code} same=yes.`);
  expect(window.screen().cursorVisible).toBe(true);
  expect(window.screen().bracketedPaste).toBe(false);
  expect(window.isNonBlocking()).toBe(false);
});

test.each([
  ["SIGTERM", 143, "idle"],
  ["SIGHUP", 129, "idle"],
  ["SIGINT", 130, "idle"],
  ["SIGQUIT", 131, "idle"],
  ["SIGUSR1", 138, "idle"],
  ["SIGTERM", 143, "patient"],
] as const)(
  "hermes chat leaves the terminal as it was: %s (%d), %s",
  async (signal, code, mood) => {
    await using conversation = begin(mood === "idle" ? {} : { mood });
    const { window } = conversation;
    await window.shows(READY);
    if (mood !== "idle") {
      window.type("question\r");
      await window.shows("word-1");
    }
    window.type("half a line");
    await window.shows("› half a line");
    process.kill(await findHermes(conversation), signal);
    await window.shows(`code=${code} same=yes.`);
    expect(window.screen().cursorVisible).toBe(true);
    expect(window.screen().bracketedPaste).toBe(false);
    if (mood !== "idle") {
      await waitFor("the server to notice", () => server.requests.at(-1)?.aborted === true);
    }
  },
);

test("hermes chat ends with its window", async () => {
  await using conversation = begin();
  const { window } = conversation;
  await window.shows(READY);
  const pid = await findHermes(conversation);
  window.close();
  await waitFor("its end", () => !existsSync(`/proc/${pid}`));
});

test.each(["idle", "patient"])(
  "hermes chat takes the loss of its window for SIGHUP, %s",
  async (mood) => {
    using installation = makeInstallation();
    const url = server.baseUrl(mood === "idle" ? undefined : mood);
    installation.write("config.yaml", `model:\n  base_url: ${url}\n  name: test\n`);
    const script = 'trap : HUP; "$HERMES" chat 2>"$SAID"; echo "code=$?" >>"$SAID"';
    const said = join(installation.home, "said");
    const env = { ...installation.env, HERMES: findExecutable(), SAID: said };
    await using window = openWindow(["/bin/sh", "-c", script], { env });
    await window.shows(READY);
    if (mood !== "idle") {
      window.type("question\r");
      await window.shows("word-1");
    }
    window.close();
    await waitFor("its end", () => readFileSync(said, "utf8").includes("code="));
    expect(readFileSync(said, "utf8")).toBe("code=129\n");
  },
);

test("hermes chat is suspended by ctrl-z and comes back with what was written", async () => {
  const installation = makeInstallation();
  installation.write("config.yaml", `model:\n  base_url: ${server.baseUrl()}\n  name: test\n`);
  const env = { ...installation.env, HERMES: findExecutable(), PS1: "$ " };
  await using window = openWindow(["/bin/bash", "--norc", "-i"], { env });
  window.type('"$HERMES" chat\n');
  await window.shows(READY);
  window.type("half a question");
  await window.shows("› half a question");
  window.type("\u001A");
  await window.shows("Stopped");
  window.type("stty -a | grep -o ' icanon'; echo shell\n");
  await window.shows("\n icanon\nshell");
  window.type("fg\n");
  await waitFor("the prompt again", () => window.text().split("› half a question").length > 1);
  window.type("!\r");
  await window.shows("You said: half a question!");
  window.type("\u0004");
  await window.shows("$ ");
  window.type("exit\n");
  installation[Symbol.dispose]();
});

test("hermes chat draws itself again after another process stopped and continued it", async () => {
  await using conversation = begin();
  const { window } = conversation;
  await window.shows(READY);
  window.type("half a question");
  await window.shows("› half a question");
  const pid = await findHermes(conversation);
  const before = window.bytes().length;
  process.kill(pid, "SIGSTOP");
  process.kill(pid, "SIGCONT");
  await waitFor("another drawing", () => window.bytes().slice(before).includes("half a question"));
  expect(window.text().split("half a question").length).toBe(2);
  window.type("!\r");
  await window.shows("You said: half a question!");
});

test("hermes chat remembers what was sent, in a file for its owner alone", async () => {
  await using first = begin();
  await first.window.shows(READY);
  first.window.type("one\rtwo\r");
  await first.window.shows("You said: one");
  first.window.type("\u0003\u0004");
  await first.window.shows("code=0");
  const path = join(first.installation.home, "chat_history.jsonl");
  expect(readFileSync(path, "utf8")).toStartWith('{"text":"one"}\n');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await using second = openWindow(["/bin/sh", "-c", SCRIPT], { env: first.env });
  await second.shows(READY);
  second.type(UP);
  await second.shows("› one");
  second.type("\u0003\u0012on");
  await second.shows("search 'on'");
  second.type("\r");
  await second.shows("You said: one");
});

test.each([
  ["unauthorized", "✗ Cannot use the model server at"],
  ["broken", "✗ Cannot get the whole answer"],
  ["silent", "✗ Cannot get an answer from the model server"],
  ["html", "✗ Cannot use"],
])("hermes chat says why there is no answer, and goes on: %s", async (mood, sentence) => {
  const timeout = mood === "silent" ? 1 : 60;
  const config = `model:\n  base_url: ${server.baseUrl(mood)}\n  name: test\n  timeout: ${timeout}\n`;
  await using conversation = begin({ config });
  const { window } = conversation;
  await window.shows(READY);
  window.type("question\r");
  await window.shows(sentence);
  await window.shows("/retry asks again");
  window.type("/help\r");
  await window.shows("Ctrl-L clears the screen");
  window.type("\u0004");
  await window.shows("code=0 same=yes.");
});

test("hermes chat takes up what was mended meanwhile", async () => {
  const config = (mood: string | undefined) =>
    `model:\n  base_url: ${server.baseUrl(mood)}\n  name: test\n`;
  await using conversation = begin({ config: config("unauthorized") });
  const { window, installation } = conversation;
  await window.shows(READY);
  window.type("question\r");
  await window.shows("(401)");
  installation.write("config.yaml", "model: [");
  window.type("/retry\r");
  await window.shows("✗ Cannot use ");
  await window.shows("line 1:");
  installation.write("config.yaml", config(undefined));
  window.type("/retry\r");
  await window.shows("You said: question");
  window.type("/model\r");
  await window.shows(`test at ${server.baseUrl()}`);
});

test("hermes chat uses no colour with NO_COLOR, and no control sequence on a dumb terminal", async () => {
  await using plain = begin({ env: { NO_COLOR: "1" } });
  await plain.window.shows(READY);
  plain.window.type("`code`\r");
  await plain.window.shows("You said: code");
  // oxlint-disable-next-line no-control-regex -- control sequences are what is looked for
  expect(plain.window.bytes()).not.toMatch(/\u001B\[[0-9;]*3[0-7]m/);
  await using dumb = begin({ env: { TERM: "dumb" } });
  await dumb.window.shows("/exit leaves");
  dumb.window.type("`code`\n");
  await dumb.window.shows("You said: `code`");
  dumb.window.type("/exit\n");
  await dumb.window.shows("code=0 same=yes.");
  expect(dumb.window.bytes()).not.toContain("\u001B");
});

test("hermes alone, --tui and -T begin the conversation, too", async () => {
  for (const words of ["", "--tui", "-T"]) {
    await using conversation = begin({ words });
    await conversation.window.shows(READY);
    conversation.window.type("\u0004");
    await conversation.window.shows("code=0 same=yes.");
  }
});

test("hermes chat without a model asks for one, writes it down, and goes on", async () => {
  await using conversation = begin({ config: null });
  const { window, installation } = conversation;
  await window.shows("Base URL");
  window.type(`${server.baseUrl()}\r`);
  await window.shows("Model:");
  window.type("test\r");
  await window.shows("API key");
  window.type("sk-secret\r");
  await window.shows(READY);
  window.type("hello\r");
  await window.shows("You said: hello");
  expect(server.requests.at(-1)?.authorization).toBe("Bearer sk-secret");
  expect(window.bytes()).not.toContain("sk-secret");
  expect(statSync(join(installation.home, "config.yaml")).mode & 0o777).toBe(0o600);
});

test("hermes setup asks, hides the key, tries the model and says what came of it", async () => {
  await using conversation = begin({ config: null, words: "setup" });
  const { window, installation } = conversation;
  await window.shows("Base URL");
  window.type("nonsense\r");
  await window.shows("✗ it must be an address that begins with http:// or https://");
  window.type(`\u0015${server.baseUrl()}/\r`);
  await window.shows("Model:");
  window.type(paste("test\n"));
  window.type("\r");
  await window.shows("API key");
  window.type(`${paste("sk-secret\n")}\r`);
  await window.shows("It answers: You said: Answer with the one word: ready");
  await window.shows("code=0 same=yes.");
  expect(window.bytes()).not.toContain("sk-secret");
  expect(readFileSync(join(installation.home, "config.yaml"), "utf8")).toBe(
    `model:\n  base_url: ${server.baseUrl()}\n  name: test\n  api_key: sk-secret\n`,
  );
});

test("hermes setup given up with ctrl-c changes nothing", async () => {
  await using conversation = begin({ words: "setup" });
  const { window, installation } = conversation;
  const path = join(installation.home, "config.yaml");
  const before = readFileSync(path, "utf8");
  await window.shows("Base URL");
  window.type("http://other.test/v1\r");
  await window.shows("Model [test]:");
  window.type("\u0003");
  await window.shows("code=130 same=yes.");
  expect(readFileSync(path, "utf8")).toBe(before);
});

test("hermes setup stops waiting for the model with ctrl-c", async () => {
  await using conversation = begin({ mood: "silent", words: "setup" });
  const { window } = conversation;
  await window.shows("Base URL");
  // Three answers at once, as an expect script sends them.
  window.type("\r\r\r");
  await window.shows("Trying 'test'");
  window.type("\u0003");
  await window.shows("Given up; what is written stays");
  await window.shows("code=130 same=yes.");
});

test("hermes chat shows Markdown as it is meant, while it arrives", async () => {
  await using conversation = begin();
  const { window } = conversation;
  await window.shows(READY);
  const text = "x\n\n# Title\n\n- **bold** item\n\n| a | b |\n|---|---|\n| 1 | 2 |\n";
  writeFileSync(join(conversation.installation.home, "text"), text);
  window.type(`${paste(text)}\r`);
  await window.shows("Title\n\n• bold item\n\na  b\n─  ─\n1  2");
});

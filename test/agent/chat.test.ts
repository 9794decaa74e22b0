import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { findExecutable } from "../support/executable.ts";
import { makeInstallation } from "../support/foreground-gateway.ts";
import { startModelServer } from "../support/model-server.ts";
import { runProgram, waitFor } from "../support/program.ts";

// The compiled executable asks a local model server one question.

const server = startModelServer({ key: "right-key" });
afterAll(() => server.stop());

/** An installation whose model has this mood. */
function asking(mood?: string, more = "  api_key: right-key\n") {
  const installation = makeInstallation();
  const base = server.baseUrl(mood);
  installation.write("config.yaml", `model:\n  base_url: ${base}\n  name: test\n${more}`);
  const { env } = installation;
  const hermes = (words: readonly string[], input = "") =>
    runProgram([findExecutable(), ...words], { env, input });
  const shell = (script: string) =>
    runProgram(["/bin/bash", "-c", script], { env: { ...env, HERMES: findExecutable() } });
  const spawn = (...words: readonly string[]) =>
    Bun.spawn([findExecutable(), ...words], {
      env,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
  return { installation, hermes, shell, spawn, [Symbol.dispose]: installation[Symbol.dispose] };
}

test("hermes chat -q prints the answer and exits 0", async () => {
  using ask = asking();
  expect(await ask.hermes(["chat", "-q", "good **morning**"])).toMatchObject({
    code: 0,
    stdout: "You said: good **morning**\n",
    stderr: "",
  });
});

test("hermes chat asks what is on stdin, as it is", async () => {
  using ask = asking();
  const text = 'line one\n  line two: $HOME `x` "quotes" 日本語';
  expect(await ask.hermes(["chat"], `${text}\n`)).toMatchObject({
    code: 0,
    stdout: `You said: ${text}\n`,
  });
  expect((await ask.hermes(["chat", "-q", "Sum up:", "--stdin"], "notes")).stdout).toBe(
    "You said: Sum up:\n\nnotes\n",
  );
});

test("hermes chat -q leaves a stdin that never ends alone", async () => {
  using ask = asking();
  const { code, stdout } = await ask.shell(
    'sleep 600 | { "$HERMES" chat -q hi; echo "code=$?"; kill -TERM $(pgrep -P $$ sleep) 2>/dev/null; }',
  );
  expect({ code, stdout }).toMatchObject({ stdout: "You said: hi\ncode=0\n" });
});

test("hermes chat -q prints the answer while it arrives", async () => {
  using ask = asking("slow");
  // It arrives for 2 s: a busy machine may read the beginning late.
  const question = "one two three four ".repeat(5).trim();
  const child = ask.spawn("chat", "-q", question);
  const times: number[] = [];
  let text = "";
  for await (const piece of child.stdout) {
    times.push(performance.now());
    text += new TextDecoder().decode(piece);
  }
  expect(await child.exited).toBe(0);
  expect(text).toBe(`You said: ${question}\n`);
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(300);
});

test.each([
  ["unauthorized", /^✗ Cannot use the model server at \S+: it refuses the key \(401\)/],
  ["limited", /^✗ Cannot get an answer from the model server at \S+: it takes no more requests/],
  ["failing", /^✗ Cannot get an answer from the model server at \S+: it failed \(500\)/],
  ["unknown", /^✗ Cannot use model 'test' at \S+: the server does not know it \(404\)/],
  ["html", /^✗ Cannot use \S+ as a model server/],
  ["not-json", /^✗ Cannot use \S+ as a model server/],
])("hermes chat -q says why there is no answer: %s", async (mood, sentence) => {
  using ask = asking(mood);
  const { code, stdout, stderr } = await ask.hermes(["chat", "-q", "hi"]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(sentence);
  expect(stderr).toMatch(/\n {2}Hint: \S.*\n$/);
  expect(stderr).not.toContain("right-key");
});

test("hermes chat -q says that the server cannot be reached, and that it says nothing", async () => {
  using ask = asking();
  ask.installation.write(
    "config.yaml",
    "model:\n  base_url: http://127.0.0.1:1/v1\n  name: test\n",
  );
  const unreachable = await ask.hermes(["chat", "-q", "hi"]);
  expect(unreachable.code).toBe(1);
  expect(unreachable.stderr).toStartWith(
    "✗ Cannot reach the model server at http://127.0.0.1:1/v1: no server listens there\n",
  );
  using silent = asking("silent", "  timeout: 1\n  api_key: right-key\n");
  const { code, stderr } = await silent.hermes(["chat", "-q", "hi"]);
  expect(code).toBe(1);
  expect(stderr).toContain("it said nothing for 1 s");
});

test("hermes chat -q prints what had arrived before the answer broke off, and fails", async () => {
  for (const mood of ["broken", "error-event", "no-end"]) {
    using ask = asking(mood);
    const { code, stdout, stderr } = await ask.hermes(["chat", "-q", "a b c"]);
    expect(code).toBe(1);
    // Who hangs up may take back what was on its way.
    expect(stdout).toMatch(mood === "broken" ? /^(?:You .*\n)?$/ : /^You said: .*\n$/);
    expect(stderr).toStartWith("✗ Cannot get the whole answer from the model server at ");
  }
});

test("hermes chat -q without a model, or with a broken file, exits 78", async () => {
  using ask = asking();
  for (const [config, sentence] of [
    ["", "✗ No model is configured: model.base_url and model.name are missing in "],
    ["model: [", "✗ Cannot use "],
  ] as const) {
    ask.installation.write("config.yaml", config);
    const { code, stdout, stderr } = await ask.hermes(["chat", "-q", "hi"]);
    expect({ code, stdout }).toEqual({ code: 78, stdout: "" });
    expect(stderr).toStartWith(sentence);
  }
});

test("hermes chat -q ends at a signal, with its exit code, and tells the server", async () => {
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    using ask = asking("patient");
    const child = ask.spawn("chat", "-q", "count");
    const reader = child.stdout.getReader();
    await reader.read();
    child.kill(signal);
    expect(await child.exited).toBe(code);
    // What a shell that runs it in a loop needs to see.
    expect(child.signalCode).toBe(signal);
    await waitFor("the server to notice", () => server.requests.at(-1)?.aborted === true);
    expect(await child.stderr.text()).toBe("");
  }
});

test("hermes chat -q ends at a signal even while its output is not read", async () => {
  using ask = asking("huge");
  const pipe = join(ask.installation.home, "pipe");
  const { stdout } = await ask.shell(
    `mkfifo ${pipe}; sleep 20 <${pipe} & reader=$!
    "$HERMES" chat -q x >${pipe} & asking=$!
    sleep 2; kill $asking; wait $asking; echo $?; kill $reader`,
  );
  expect(stdout).toBe("143\n");
});

test("hermes chat -q ends quietly if the reader of its output is gone", async () => {
  using ask = asking("patient");
  const { stdout, stderr } = await ask.shell(
    '"$HERMES" chat -q count | head -c 6; echo ":${PIPESTATUS[0]}"',
  );
  expect({ stdout, stderr }).toEqual({ stdout: "word-0:141\n", stderr: "" });
  await waitFor("the server to notice", () => server.requests.at(-1)?.aborted === true);
});

test("hermes chat -q gives a slow reader everything, on a pipe that stays blocking", async () => {
  using ask = asking("huge");
  const { stdout } = await ask.shell(
    '"$HERMES" chat -q x | { grep ^flags /proc/self/fdinfo/0; sleep 1; wc -c; grep ^flags /proc/self/fdinfo/0; }',
  );
  expect(stdout).toMatch(/^flags:\t(\d+)\n33554433\nflags:\t\1\n$/);
  expect(Number.parseInt(/flags:\t(\d+)/.exec(stdout)?.[1] ?? "4000", 8) & 0o4000).toBe(0);
});

test("hermes chat refuses a conversation without a terminal", async () => {
  using ask = asking();
  for (const words of [["chat"], ["--tui"], ["-T"]]) {
    const { code, stdout, stderr } = await ask.hermes(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toStartWith("✗ Cannot hold a conversation: stdin is not a terminal\n  Hint: ");
  }
  expect(await ask.hermes([])).toMatchObject({ code: 0 });
});

test("hermes setup takes flags and a key from stdin, and fails if the key does", async () => {
  const installation = makeInstallation();
  const { env } = installation;
  const flags = ["setup", "--base-url", server.baseUrl(), "--model", "test", "--api-key-stdin"];
  const setup = (key: string) => runProgram([findExecutable(), ...flags], { env, input: key });
  const wrong = await setup("wrong-key\n");
  expect(wrong.code).toBe(1);
  expect(wrong.stdout).toBe(`Wrote ${installation.home}/config.yaml\n`);
  expect(wrong.stderr).toContain("it refuses the key (401)");
  expect(wrong.stderr).not.toContain("wrong-key");
  const right = await setup("right-key\n");
  expect(right.code).toBe(0);
  expect(right.stdout).toEndWith("It answers: You said: Answer with the one word: ready\n");
  installation[Symbol.dispose]();
});

test("hermes chat -q names the variable of a proxy that may be in the way", async () => {
  using ask = asking();
  const dead = "http_proxy=http://127.0.0.1:1";
  const { code, stderr } = await ask.shell(`${dead} "$HERMES" chat -q hi`);
  expect(code).toBe(1);
  expect(stderr).toContain("http_proxy is set: put the server's host into NO_PROXY");
  for (const spared of ["127.0.0.1", "*", "other, 127.0.0.1"]) {
    const around = await ask.shell(`${dead} NO_PROXY="${spared}" "$HERMES" chat -q hi`);
    expect({ spared, ...around }).toMatchObject({ spared, code: 0, stdout: "You said: hi\n" });
  }
  const all = await ask.shell(`ALL_PROXY=http://127.0.0.1:1 "$HERMES" chat -q hi`);
  expect(all.stderr).toContain("ALL_PROXY is set");
  using refusing = Bun.serve({ port: 0, fetch: () => new Response("<html>", { status: 503 }) });
  const refused = await ask.shell(`http_proxy=${refusing.url.origin} "$HERMES" chat -q hi`);
  expect(refused.stderr).toContain("it failed (503)");
  expect(refused.stderr).toContain("http_proxy is set");
  const elsewhere = await ask.shell(
    `${dead} NO_PROXY=127.0.0.1 "$HERMES" setup --base-url http://127.0.0.1:1/v1 --model m`,
  );
  expect(elsewhere.stderr).toContain("no server listens there");
  expect(elsewhere.stderr).not.toContain("http_proxy");
});

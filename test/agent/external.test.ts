import { expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { findExecutable } from "../support/executable.ts";
import { makeInstallation } from "../support/foreground-gateway.ts";
import { runProgram, waitFor } from "../support/program.ts";

// The compiled executable becomes programs that say what they got.

const REPORT = `#!/bin/sh
printf 'word=%s\\n' "$@"
echo "cwd=$PWD" "pid=$$" "mark=$MARK" "calls=\${HERMES_AGENT_CALLS%@*}"
while read -r line; do case $line in Sig*) echo "$line" ;; esac; done </proc/$$/status
cat
exit 7
`;

function agentOf(text: string) {
  const installation = makeInstallation();
  const program = join(installation.home, "..", "agent");
  writeFileSync(program, text, { mode: 0o755 });
  const env = { ...installation.env, HERMES_AGENT: program, MARK: "a=b c" };
  const hermes = (words: readonly string[], input = "") =>
    runProgram(["/usr/bin/env", "-C", "/usr", findExecutable(), ...words], { env, input });
  return { installation, program, hermes, env, [Symbol.dispose]: installation[Symbol.dispose] };
}

test("hermes becomes the agent: words, directory, stdin, signals, exit code", async () => {
  using agent = agentOf(REPORT);
  const words = ["chat", "-q", "a b", "", "--color", "x", "$HOME", "-p", "coder"];
  const { code, stdout, stderr } = await agent.hermes(words, "from stdin\n");
  expect({ code, stderr }).toEqual({ code: 7, stderr: "" });
  const lines = stdout.split("\n");
  expect(lines.slice(0, words.length)).toEqual(words.map((word) => `word=${word}`));
  expect(stdout).toContain("cwd=/usr ");
  expect(stdout).toContain(" mark=a=b c calls=1\n");
  expect(stdout).toEndWith("from stdin\n");
  expect(stdout).toMatch(/^SigIgn:\s+0+$/m);
  expect(stdout).toMatch(/^SigBlk:\s+0+$/m);
});

test("hermes gives the agent words and variables that are no UTF-8 as they are", async () => {
  using agent = agentOf('#!/bin/sh\nprintf "%s|" "$@" "$ODD" "$MARK" | od -An -v -tx1\n');
  const script = `ODD=$(printf 'x\\377\\n.') && export ODD="\${ODD%.}" && exec "$0" "$@" "$(printf 'caf\\351')" 'a b' ''`;
  const argv = ["/bin/sh", "-c", script, findExecutable(), "chat", "-q"];
  const { code, stdout } = await runProgram(argv, { env: agent.env });
  expect(code).toBe(0);
  const bytes = Buffer.from(stdout.replace(/\s+/g, ""), "hex");
  expect(bytes.toString("latin1")).toBe("chat|-q|caf\u00e9|a b||x\u00ff\n|a=b c|");
});

test("hermes becomes the agent in its own process, on its own terminal", async () => {
  using agent = agentOf('#!/bin/sh\necho "$$ $(tty) $*"\n');
  let shown = "";
  const terminal = new Bun.Terminal({
    cols: 80,
    rows: 24,
    data: (_, bytes) => {
      shown += new TextDecoder().decode(bytes);
    },
  });
  const child = Bun.spawn([findExecutable(), "--tui"], { terminal, env: agent.env });
  expect(await child.exited).toBe(0);
  await waitFor("what it said", () => shown.includes("/dev/"));
  terminal.close();
  expect(shown).toMatch(new RegExp(`^${child.pid} /dev/pts/\\d+ --tui\r\n$`));
});

test("hermes gateway run becomes the agent, too, and says why if it cannot", async () => {
  using agent = agentOf(REPORT);
  const words = ["gateway", "run", "--no-supervise"];
  const { code, stdout } = await agent.hermes(words);
  expect(code).toBe(7);
  expect(stdout).toStartWith("word=gateway\nword=run\nword=--no-supervise\n");
  chmodSync(agent.program, 0o644);
  const refused = await agent.hermes(words);
  expect(refused.code).toBe(78);
  expect(refused.stderr).toContain("not executable for this user");
  expect(agent.installation.state()).toMatchObject({ gateway_state: "startup_failed" });
});

test("hermes says that the agent's interpreter is missing, if the system means the agent", async () => {
  using agent = agentOf("#!/nowhere/python3\n");
  const said = `✗ Cannot use the agent ${agent.program}: its first line asks for "/nowhere/python3", which is not there\n`;
  for (const words of [["chat"], ["gateway", "run", "--no-supervise"]]) {
    const { code, stderr } = await agent.hermes(words);
    expect(code).toBe(78);
    expect(stderr).toStartWith(said);
  }
  expect(agent.installation.state()).toMatchObject({ gateway_state: "startup_failed" });
});

test("hermes says what is wrong with a program that the system cannot run", async () => {
  using agent = agentOf("");
  const program = readFileSync("/usr/bin/true");
  const other = Buffer.from(program);
  other[18] = (other[18] ?? 0) ^ 0xff;
  const cases = [
    [Buffer.alloc(0), "it is empty"],
    [other, "it was built for another kind of processor"],
    [program.subarray(0, 30), "it is a damaged program"],
    [Buffer.from("PK\0\0"), "it is not a program"],
    [Buffer.from("#!/usr/bin/env nowhere\n"), 'its first line asks for "nowhere"'],
  ] as const;
  for (const [bytes, reason] of cases) {
    writeFileSync(agent.program, bytes);
    const { code, stderr } = await agent.hermes(["gateway", "run", "--no-supervise"]);
    expect(code).toBe(78);
    expect(stderr).toStartWith(`✗ Cannot use the agent ${agent.program}: ${reason}`);
  }
  writeFileSync(agent.program, program);
  expect((await agent.hermes(["chat"])).code).toBe(0);
});

test("hermes gateway run gives the agent flags that only it knows, and keeps its own help", async () => {
  using agent = agentOf(REPORT);
  const words = ["gateway", "run", "--no-supervise", "--verbose", "extra", "--port=1"];
  const { code, stdout } = await agent.hermes(words);
  expect(code).toBe(7);
  expect(stdout).toStartWith(`${words.map((word) => `word=${word}`).join("\n")}\ncwd=`);
  const help = await agent.hermes(["gateway", "run", "--help"]);
  expect(help.code).toBe(0);
  expect(help.stdout).toContain("--no-supervise");
  const env = { ...agent.env, HERMES_AGENT: "" };
  const refused = await runProgram([findExecutable(), ...words], { env });
  expect(refused.code).toBe(2);
});

test("hermes is never its own agent: not through links, not through a copy", async () => {
  using agent = agentOf("");
  const other = (name: string) => join(dirname(agent.program), name);
  symlinkSync(findExecutable(), other("link"));
  copyFileSync(findExecutable(), other("copy"));
  mkdirSync(other("dir"));
  linkSync(other("copy"), other("dir/hermes"));
  for (const program of ["link", "copy", "dir/hermes"]) {
    const env = { ...agent.env, HERMES_AGENT: other(program) };
    const { code, stderr } = await runProgram([findExecutable(), "statsu"], { env });
    expect(code).toBe(2);
    expect(stderr).toContain("did you mean 'status'?");
  }
});

test.each([
  'exec "$HERMES" "$@"',
  '"$HERMES" "$@"',
  'env -u HERMES_AGENT_CALLS "$HERMES" "$@"',
  'cd /; exec "$HERMES" chat "$@"',
])("hermes does not go round and round with an agent that is %p", async (line) => {
  using agent = agentOf(`#!/bin/sh\n${line}\n`);
  const env = { ...agent.env, HERMES: findExecutable() };
  const { code, stdout, stderr } = await runProgram([findExecutable(), "chat"], { env });
  expect({ code, stdout }).toEqual({ code: 78, stdout: "" });
  expect(stderr).toBe(
    `✗ Cannot use the agent ${agent.program}: it leads back to hermes\n  Hint: let HERMES_AGENT name the agent itself, not a script that calls hermes with the same words\n`,
  );
});

test("an agent may call hermes for what it wants to know", async () => {
  using agent = agentOf('#!/bin/sh\n"$HERMES" version && exec "$HERMES" profile list\n');
  const env = { ...agent.env, HERMES: findExecutable() };
  const { code, stdout } = await runProgram([findExecutable(), "anything"], { env });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^hermes \S+ \(\S+\)\n[^]*\bdefault\b/);
});

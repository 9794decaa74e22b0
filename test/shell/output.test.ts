import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeEvent, renderEventLine } from "../../src/gateway/record/event.ts";
import { profileName } from "../support/names.ts";
import { installExecutable } from "../support/executable.ts";
import { runProgram } from "../support/program.ts";
import { runInTerminal } from "../support/terminal.ts";

const top = mkdtempSync(join(tmpdir(), "hermes-output-"));
afterAll(() => rmSync(top, { recursive: true }));

const ENV = {
  PATH: `${top}/bin:/usr/bin:/bin`,
  HOME: top,
  HERMES_HOME: `${top}/home`,
  XDG_RUNTIME_DIR: `${top}/run`,
  TERM: "xterm-256color",
};
const ESCAPE = "\u001B";
const EVENTS = 7000;

beforeAll(() => {
  installExecutable(join(top, "bin"));
  mkdirSync(join(top, "run"));
  mkdirSync(join(top, "home/logs"), { recursive: true });
  const events = Array.from({ length: EVENTS }, (_, pid) =>
    renderEventLine(makeEvent(pid, "ready", profileName("default"), { pid })),
  );
  writeFileSync(join(top, "home/logs/gateway-events.log"), events.join(""));
});

const sh = (script: string, env: Readonly<Record<string, string>> = {}) =>
  runProgram(["/bin/bash", "-c", script], { env: { ...ENV, ...env } });

const MUCH = "hermes gateway events --all --json -n 1000000";

test("1 MB of JSON through a reader that takes its time arrives whole", async () => {
  const expected = readFileSync(join(top, "home/logs/gateway-events.log"), "utf8");
  expect(expected.length).toBeGreaterThan(1_000_000);
  const slow = 'while sleep 0.02; [ "$(head -c 65536 | tee -a "$1" | wc -c)" -gt 0 ]; do :; done';
  const target = join(top, "arrived");
  const script = `set -- ${target}; ${MUCH} | { ${slow}; }; echo "\${PIPESTATUS[0]}"`;
  const { stdout } = await sh(script);
  expect(stdout).toBe("0\n");
  expect(readFileSync(target, "utf8")).toBe(expected);
});

test("a reader that leaves ends the command quietly, as with SIGPIPE", async () => {
  const { stdout, stderr } = await sh(`${MUCH} | head -c 10 >/dev/null; echo "\${PIPESTATUS[0]}"`);
  expect({ stdout, stderr }).toEqual({ stdout: "141\n", stderr: "" });
});

/** The flags of a descriptor, as the kernel has them, before and after commands that use it. */
const looking = (commands: string) =>
  `look() { grep ^flags: "/proc/$$/fdinfo/$1" >>"$2"; }; look 1 before; look 2 before; ${commands}; look 1 after; look 2 after`;

const COMMANDS = `${MUCH}; hermes --help; hermes frobnicate; hermes profile list; hermes --color=always status`;

function expectSameFlags(): void {
  const [before, after] = ["before", "after"].map((name) => readFileSync(join(top, name), "utf8"));
  expect(before).toMatch(/^flags:\t0\d+\nflags:\t0\d+\n$/);
  expect(after).toBe(before ?? "");
  for (const line of (after ?? "").trim().split("\n")) {
    const flags = Number.parseInt(line.split("\t")[1] ?? "", 8);
    expect(flags & 0o4000).toBe(0);
  }
  for (const name of ["before", "after"]) rmSync(join(top, name));
}

test("a pipe's O_NONBLOCK flag is as before", async () => {
  await sh(`cd ${top}; { ${looking(COMMANDS)}; } 2> >(cat >/dev/null) | cat >/dev/null`);
  expectSameFlags();
});

test("a terminal's O_NONBLOCK flag is as before", async () => {
  using terminal = runInTerminal(["/bin/bash", "-c", `cd ${top}; ${looking(COMMANDS)}`], {
    env: ENV,
  });
  await terminal.exited;
  expectSameFlags();
});

test("a terminal keeps the modes that another program sets while hermes runs beside it", async () => {
  const script = [
    "exec 3>&1 >/dev/null; cd $HERMES_HOME; hermes gateway run --no-supervise >&3 & pid=$!",
    `until grep -q '"running"' gateway_state.json; do sleep 0.1; done`,
    "stty -echo; kill $pid; wait $pid; stty -a | grep -o -- '-\\?echo ' >&3",
  ].join("\n");
  const env = { ...ENV, HERMES_HOME: mkdtempSync(join(top, "beside-")) };
  using terminal = runInTerminal(["/bin/sh", "-c", script], { env });
  await terminal.exited;
  expect(terminal.shown()).toContain("\n-echo ");
});

test("a pipe never gets colour, unless it is asked for", async () => {
  for (const command of ["--help", "profile list", "status", "gateway events", "frobnicate"]) {
    const { stdout, stderr } = await sh(`hermes ${command}`);
    expect(stdout + stderr).not.toContain(ESCAPE);
    const forced = await sh(`hermes --color=always ${command}`);
    expect(forced.stdout + forced.stderr).toContain(ESCAPE);
  }
  expect((await sh("hermes --help", { CLICOLOR_FORCE: "1" })).stdout).toContain(ESCAPE);
});

const show = async (words: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  using terminal = runInTerminal([join(top, "bin/hermes"), ...words], {
    env: { ...ENV, ...env },
  });
  await terminal.exited;
  return terminal.shown();
};

describe("a terminal", () => {
  test("gets colour, unless it is turned off", async () => {
    expect(await show(["--help"])).toContain(`${ESCAPE}[1mUsage:${ESCAPE}[22m`);
    expect(await show(["frobnicate"])).toContain(`${ESCAPE}[31m✗${ESCAPE}[39m`);
    expect(await show(["--help"], { NO_COLOR: "1" })).not.toContain(ESCAPE);
    expect(await show(["--help"], { TERM: "dumb" })).not.toContain(ESCAPE);
    expect(await show(["--color=never", "--help"])).not.toContain(ESCAPE);
    expect(await show(["--no-color", "--help"], { CLICOLOR_FORCE: "1" })).not.toContain(ESCAPE);
    expect(await show(["--color=always", "--help"], { NO_COLOR: "1" })).toContain(ESCAPE);
  });

  test("has room for every line of help in 80 columns", async () => {
    for (const words of [[], ["gateway"], ["gateway", "logs"], ["profile", "rename"], ["status"]]) {
      const shown = await show(["--no-color", ...words, "--help"]);
      const lines = shown.split("\r\n");
      expect(lines.length).toBeGreaterThan(5);
      expect(lines.filter((line) => line.length > 80)).toEqual([]);
    }
  });
});

test("usage errors go to stderr with exit code 2, help to stdout with 0", async () => {
  for (const words of [
    "frobnicate",
    "gateway",
    "gateway start x",
    "status --jsno",
    "--color=blue",
  ]) {
    const { code, stdout, stderr } = await sh(`hermes ${words}`);
    expect({ words, code, stdout }).toEqual({ words, code: 2, stdout: "" });
    expect(stderr).toMatch(/^✗ [^\n]+\n {2}Hint: see `hermes[^`]* --help`\n$/);
  }
  for (const words of ["--help", "gateway start --help", "help profile use"]) {
    const { code, stderr } = await sh(`hermes ${words}`);
    expect({ words, code, stderr }).toEqual({ words, code: 0, stderr: "" });
  }
});

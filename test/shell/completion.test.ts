import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installExecutable } from "../support/executable.ts";
import { runProgram } from "../support/program.ts";
import { runInTerminal } from "../support/terminal.ts";

const top = mkdtempSync(join(tmpdir(), "hermes-shell-"));
afterAll(() => rmSync(top, { recursive: true }));

const ENV = {
  PATH: `${top}/bin:/usr/bin:/bin`,
  HOME: top,
  HERMES_HOME: `${top}/home`,
  XDG_RUNTIME_DIR: `${top}/run`,
  TERM: "xterm",
  LANG: "C.UTF-8",
};

beforeAll(() => {
  installExecutable(join(top, "bin"));
  mkdirSync(join(top, "run"));
  for (const name of ["coder", "writer"]) {
    mkdirSync(join(top, "home/profiles", name), { recursive: true });
    writeFileSync(join(top, "home/profiles", name, "SOUL.md"), "soul\n");
  }
});

const script = (shell: string) => join(top, `completion.${shell}`);

beforeAll(async () => {
  for (const shell of ["bash", "zsh", "fish"]) {
    const { code, stdout, stderr } = await runProgram(["hermes", "completion", shell], {
      env: ENV,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    writeFileSync(script(shell), stdout);
  }
});

/** What a shell offers for a line that ends where the cursor is. */
type Offer = (line: string) => Promise<readonly string[]>;

/** bash's own words, cut at its word breaks, handed to the function as TAB does. */
const bash: Offer = async (line) => {
  const program = `
    source "$1"
    COMP_WORDS=(${line.replaceAll("=", " = ")}${/[ =]$/.test(line) ? (line.endsWith("=") ? "" : " ''") : ""})
    COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    _hermes hermes "\${COMP_WORDS[COMP_CWORD]}"
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const argv = ["/bin/bash", "--norc", "-c", program, "bash", script("bash")];
  const { stdout, stderr } = await runProgram(argv, { env: ENV });
  expect(stderr).toBe("");
  return stdout.split("\n").filter(Boolean);
};

const fish: Offer = async (line) => {
  const program = `source ${script("fish")}; complete -C '${line}'`;
  const { stdout, stderr } = await runProgram(["/usr/bin/fish", "-N", "-c", program], { env: ENV });
  expect(stderr).toBe("");
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((row) => row.split("\t")[0] ?? "");
};

const GATEWAY = [
  "events",
  "install",
  "list",
  "logs",
  "restart",
  "run",
  "start",
  "status",
  "stop",
  "uninstall",
];
const PROFILES = ["coder", "default", "writer"];

describe.each([
  ["bash", bash],
  ["fish", fish],
] as const)("completion in %s", (shell, offer) => {
  test.each([
    ["hermes ga", ["gateway"]],
    ["hermes gateway ", GATEWAY],
    ["hermes gateway sta", ["start", "status"]],
    ["hermes -p ", PROFILES],
    ["hermes --profile w", ["writer"]],
    ["hermes -p coder gateway re", ["restart"]],
    ["hermes gateway -p coder sto", ["stop"]],
    ["hermes profile show ", PROFILES],
    ["hermes profile delete co", ["coder"]],
    ["hermes profile rename ", PROFILES],
    ["hermes profile rename coder ", []],
    ["hermes profile create ", []],
    ["hermes gateway logs --fo", ["--follow"]],
    ["hermes gateway logs -n 5 --bo", ["--boot"]],
    ["hermes gateway logs -n ", []],
    ["hermes --color a", ["always", "auto"]],
    ["hermes help gateway sta", ["start", "status"]],
    ["hermes completion ", ["bash", "fish", "zsh"]],
    ["hermes no-such-command ", []],
  ])("of `%s`", async (line, expected) => {
    expect((await offer(line)).toSorted()).toEqual(expected);
  });

  test("of `hermes ` and of flags offers all there are", async () => {
    const words = await offer("hermes ");
    for (const word of ["gateway", "profile", "status", "help", "version"]) {
      expect(words).toContain(word);
    }
    const flags = await offer("hermes profile delete -");
    for (const flag of ["--yes", "-y", "--profile", "-p", "--color", "--help"]) {
      expect(flags).toContain(flag);
    }
  });

  test("of `--color=` completes the value", async () => {
    const whole = shell === "fish" ? "--color=" : "";
    expect((await offer("hermes --color=ne")).toSorted()).toEqual([`${whole}never`]);
    expect((await offer("hermes --color=never gateway sto")).toSorted()).toEqual(["stop"]);
  });
});

test("completion of names is there at once", async () => {
  await bash("hermes -p ");
  const times: number[] = [];
  // The machine may be busy: the shortest of several times counts.
  for (let run = 0; run < 10 && Math.min(...times) >= 500; run += 1) {
    const argv = ["hermes", "profile", "list", "--names"];
    times.push((await runProgram(argv, { env: ENV })).milliseconds);
  }
  expect(Math.min(...times)).toBeLessThan(500);
});

describe.each([
  ["bash", ["/bin/bash", "--norc", "-i"], "PS1='> '; source"],
  ["zsh", ["/usr/bin/zsh", "-f", "-i"], "PS1='> '; autoload -U compinit; compinit -u -D; source"],
] as const)("the TAB key in %s", (shell, argv, prepare) => {
  test("completes commands and profiles", async () => {
    using terminal = runInTerminal(argv, { env: ENV, columns: 200 });
    terminal.type(`${prepare} ${script(shell)}; echo re''ady\n`);
    await terminal.see("ready");
    // The shell reads keys from now on; what was typed before is lost on zsh.
    await terminal.see("[?2004h");
    terminal.type("hermes prof\tsho\twri\t\n");
    await terminal.see("Profile:   writer");
    await terminal.see("[?2004h");
    terminal.type("hermes -p cod\tprofile show\n");
    await terminal.see("Profile:   coder");
    await terminal.see("[?2004h");
    terminal.type("exit\n");
    expect(await terminal.exited).toBe(0);
  });
});

test("zsh shows what commands mean, and takes the script as an autoloaded function, too", async () => {
  mkdirSync(join(top, "functions"));
  const { stdout } = await runProgram(["hermes", "completion", "zsh"], { env: ENV });
  writeFileSync(join(top, "functions/_hermes"), stdout);
  using terminal = runInTerminal(["/usr/bin/zsh", "-f", "-i"], { env: ENV, columns: 120 });
  terminal.type(
    `PS1='> '; fpath=(${top}/functions $fpath); autoload -U compinit; compinit -u -D; echo re''ady\n`,
  );
  await terminal.see("ready");
  await terminal.see("[?2004h");
  terminal.type("hermes gateway s\t\t");
  await terminal.see("Stop a gateway, or all");
});

test("hermes completion of another shell says which there are", async () => {
  const { code, stdout, stderr } = await runProgram(["hermes", "completion", "fihs"], { env: ENV });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toStartWith(
    "✗ Cannot complete in 'fihs', but in bash, zsh and fish; did you mean 'fish'?\n",
  );
});

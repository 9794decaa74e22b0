import { expect, test } from "bun:test";
import { rawCommand } from "../../../src/cli/raw-command.ts";
import { bootCommand } from "../../../src/cli/command.ts";
import { runCommandLine } from "../../../src/cli/runner.ts";
import {
  HERMES as HERMES_TABLE,
  HERMES_BOOT,
  type Program,
  type Table,
} from "../../../src/cli/command-table.ts";
import { FakeHost, HERMES } from "../../support/fake-host.ts";

/** Commands that print what they were given. */
const CHILDREN: Table = {
  gateway: {
    summary: "Gateways",
    examples: [["hermes gateway start", "Start it"]],
    children: {
      start: {
        summary: "Start one",
        load: async ({ host, profile }) =>
          bootCommand(
            {
              name: { type: "positional", required: false, description: "Who" },
              all: { type: "boolean" },
            },
            ({ name, all }) => {
              host.output.result(`${profile} ${name ?? "-"} ${all ?? false}\n`);
              return 7;
            },
          ),
      },
    },
  },
  main: {
    summary: "Take all words",
    load: async ({ host }) =>
      rawCommand(async (words) => {
        host.output.result(words.join(","));
        return 0;
      }),
  },
  quiet: { summary: "Say nothing", load: async () => bootCommand({}, () => undefined) },
  version: { summary: "Say the version", examples: [], text: () => "hermes 1\n" },
};

const programOf = (name: Program["name"]): Program => {
  return { name, summary: "All of them", examples: [], children: CHILDREN };
};

async function run(words: readonly string[], program: Program["name"] = "hermes") {
  const host = new FakeHost();
  const code = await runCommandLine(host, programOf(program), words);
  return { code, stdout: host.stdout, notes: host.notes };
}

test("runCommandLine() returns the command's exit code, 0 if it has none", async () => {
  expect(await run(["gateway", "start", "x"])).toMatchObject({
    code: 7,
    stdout: "default x false\n",
  });
  expect(await run(["quiet"])).toEqual({ code: 0, stdout: "", notes: [] });
});

test("runCommandLine() acts for the profile of -p, wherever it stands", async () => {
  expect((await run(["gateway", "start", "x", "-p", "Coder"])).stdout).toBe("coder x false\n");
  expect((await run(["-p", "Coder", "gateway", "start"])).stdout).toBe("coder - false\n");
});

test("runCommandLine() prints a text without an installation, and its help", async () => {
  const host = new FakeHost({ environment: { HERMES_HOME: "not/absolute" } });
  expect(await runCommandLine(host, programOf("hermes"), ["version"])).toBe(0);
  expect(host.stdout).toBe("hermes 1\n");
  const help = await run(["version", "--help"]);
  expect(help.code).toBe(0);
  expect(help.stdout).toStartWith("Say the version\n\nUsage: hermes version\n");
});

test("runCommandLine() gives up root before hermes does anything, hermes-boot keeps it", async () => {
  for (const [program, uid] of [
    ["hermes", HERMES.uid],
    ["hermes-boot", 0],
  ] as const) {
    const host = new FakeHost({ uid: 0, users: [HERMES] });
    host.disk.putDirectory("/run/hermes", { uid: HERMES.uid });
    await runCommandLine(host, programOf(program), ["quiet"]);
    expect(host.users.currentUid()).toBe(uid);
  }
});

test("runCommandLine() knows --version and -V", async () => {
  for (const flag of ["--version", "-V"]) expect((await run([flag])).stdout).toBe("hermes 1\n");
});

test("runCommandLine() prints help without a command, for groups and for commands", async () => {
  for (const words of [[], ["--help"], ["-h"]]) {
    const { code, stdout } = await run(words);
    expect(code).toBe(0);
    expect(stdout).toContain("\n\nUsage: hermes COMMAND\n");
  }
  for (const words of [
    ["gateway", "-h"],
    ["help", "gateway"],
  ]) {
    expect((await run(words)).stdout).toContain("\n\nUsage: hermes gateway COMMAND\n");
  }
  expect((await run(["gateway", "start", "--help"])).stdout).toStartWith("Start one\n\nUsage: ");
  expect((await run(["help", "gateway", "start"])).stdout).toStartWith("Start one\n\nUsage: ");
  for (const words of [
    ["help", "--bogus"],
    ["help", "gateway", "start", "more"],
  ]) {
    expect(run(words)).rejects.toThrow(expect.objectContaining({ exitCode: 2 }));
  }
});

test("runCommandLine() does not look for help behind --", async () => {
  expect((await run(["gateway", "start", "--", "--help"])).stdout).toBe("default --help false\n");
});

test("runCommandLine() gives a raw command its words as they are", async () => {
  const words = ["main", "--", "-p", "x", "--help", "--frob"];
  expect((await run(words, "hermes-boot")).stdout).toBe("--,-p,x,--help,--frob");
});

test.each([
  [["gatway"], "Unknown command 'gatway'; did you mean 'gateway'?", "see `hermes --help`"],
  [
    ["gateway", "stat"],
    "Unknown command 'gateway stat'; did you mean 'start'?",
    "see `hermes gateway --help`",
  ],
  [["frobnicate"], "Unknown command 'frobnicate'", "see `hermes --help`"],
  [["constructor"], "Unknown command 'constructor'", "see `hermes --help`"],
  [["__proto__"], "Unknown command '__proto__'", "see `hermes --help`"],
  [["gateway"], "`hermes gateway` needs a command", "see `hermes gateway --help`"],
  [["--frob"], "Unknown flag '--frob'", "see `hermes --help`"],
  [
    ["gateway", "--all", "start"],
    "Unknown flag '--all' before 'start': a command's flags stand behind it",
    "see `hermes gateway --help`",
  ],
  [["gateway", "--frob"], "Unknown flag '--frob'", "see `hermes gateway --help`"],
  [["gateway", "start", "--frob"], "Unknown flag '--frob'", "see `hermes gateway start --help`"],
  [["version", "x"], "Unexpected argument 'x'", "see `hermes version --help`"],
  [["--version", "x"], "Unknown flag '--version'", "see `hermes --help`"],
])("runCommandLine() refuses %j: %s", async (words, message, hint) => {
  expect(run(words)).rejects.toThrow(expect.objectContaining({ message, hint, exitCode: 2 }));
});

test("runCommandLine() refuses a bad profile name before it does anything", async () => {
  expect(run(["-p", "../x", "gateway", "start"])).rejects.toThrow(
    expect.objectContaining({ code: "invalid-name", exitCode: 2 }),
  );
});

test("the real commands miss the name that they need", async () => {
  for (const [program, words] of [
    [HERMES_TABLE, ["profile", "create"]],
    [HERMES_TABLE, ["profile", "delete", "-y"]],
    [HERMES_BOOT, ["register"]],
    [HERMES_BOOT, ["check"]],
    [HERMES_BOOT, ["log"]],
    [HERMES_BOOT, ["volume"]],
  ] as const) {
    expect(runCommandLine(new FakeHost(), program, words)).rejects.toThrow(
      /^Missing argument (?:NAME|PART|PROFILE)$/,
    );
  }
});

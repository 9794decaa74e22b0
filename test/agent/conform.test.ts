import { afterAll, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { REQUIREMENTS } from "../../src/gateway/conformance/requirements.ts";
import { installExecutable, REPOSITORY } from "../support/executable.ts";
import { runProgram, waitFor } from "../support/program.ts";

const directory = mkdtempSync(join(tmpdir(), "hermes-conform-test-"));
installExecutable(directory);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const example = (name: string) => join(REPOSITORY, "docs/examples", name);
const EXAMPLE = readFileSync(example("agent.sh"), "utf8");

/** Tries a program out; its temporary files must be gone afterwards. */
async function conform(program: string, ...flags: readonly string[]) {
  const temporary = mkdtempSync(join(directory, "tmp-"));
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: process.env["HOME"] ?? "/",
    TMPDIR: temporary,
  };
  const result = await runProgram([join(directory, "hermes-boot"), "conform", ...flags, program], {
    env,
  });
  expect(readdirSync(temporary)).toEqual([]);
  return { ...result, lines: result.stdout.trimEnd().split("\n") };
}

const MET = Object.values(REQUIREMENTS).map(({ text }) => `✓ ${text}`);

test.concurrent.each([example("agent.sh"), example("agent.py"), join(directory, "hermes")])(
  "hermes-boot conform: %s meets every requirement",
  async (program) => {
    const { code, lines, stderr } = await conform(program);
    expect(lines).toEqual([...MET, `${program} conforms`]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  },
);

test("hermes-boot conform: the example meets every requirement by any name", async () => {
  const program = join(directory, "an agent (2)");
  writeFileSync(program, EXAMPLE, { mode: 0o755 });
  const { lines } = await conform(program);
  expect(lines).toEqual([...MET, `${program} conforms`]);
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "hermes-boot conform that gets %s ends the program and leaves nothing behind",
  async (signal) => {
    const temporary = mkdtempSync(join(directory, "tmp-"));
    const [program, note] = [join(directory, `sleeper-${signal}`), join(directory, signal)];
    writeFileSync(
      program,
      `#!/bin/sh\necho $$ >${note}.new\nmv ${note}.new ${note}\nexec sleep 60\n`,
      {
        mode: 0o755,
      },
    );
    const argv = [join(directory, "hermes-boot"), "conform", program];
    const env = { PATH: process.env["PATH"] ?? "", HOME: "/", TMPDIR: temporary };
    const child = Bun.spawn(argv, { env, stdout: "pipe", stderr: "pipe" });
    await waitFor("the program to run", () => existsSync(note));
    const pid = readFileSync(note, "utf8").trim();
    child.kill(signal);
    expect(await child.exited).toBe(signal === "SIGINT" ? 130 : 143);
    expect(await child.stderr.text()).toBe(`Given up; ${program} is ended\n`);
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    expect(readdirSync(temporary)).toEqual([]);
  },
);

interface BadAgent {
  readonly breaks: keyof typeof REQUIREMENTS;
  readonly why: string;
  /** What stands in the example for what. */
  readonly edits: readonly (readonly [string, string])[];
  readonly seconds?: number;
}

const LOOP = EXAMPLE.slice(EXAMPLE.indexOf("say starting"));

/** One program for each requirement that breaks this one, each a small change of the good one. */
const BAD_AGENTS: readonly BadAgent[] = [
  {
    breaks: "starts",
    why: "it cannot be run; it said: ",
    edits: [["#!/bin/sh", "#!/etc/passwd"]],
  },
  {
    breaks: "ready",
    why: "gateway_state is 'starting' after 7 s; it said nothing",
    edits: [["say running", ":"]],
    seconds: 7,
  },
  {
    breaks: "ready",
    why: "pid 1 is not the process that was started, nor of its group after 7 s",
    edits: [['set_key pid "$$"', "set_key pid 1"]],
    seconds: 7,
  },
  {
    breaks: "ready",
    why: "start_time 1 is not that of pid",
    edits: [[`"$(sed 's/.*) //' /proc/$$/stat | cut -d ' ' -f 20)"`, "1"]],
    seconds: 7,
  },
  {
    breaks: "ready",
    why: "it exited with code 9; it said: out of luck",
    edits: [["say running", "echo out of luck; exit 9"]],
  },
  {
    breaks: "foreground",
    why: "it exited with code 0 while it says that it runs",
    edits: [
      ['set_key pid "$$"', 'set_key pid "$me"'],
      ["/proc/$$/stat", "/proc/$me/stat"],
      [LOOP, "sleep 30 &\nme=$!\nsay running\n"],
    ],
  },
  {
    breaks: "profiles",
    why: "gateway_state is not there after 7 s",
    edits: [["profile=$HERMES_HOME/profiles/$name", ":"]],
    seconds: 7,
  },
  {
    breaks: "profiles",
    why: "as `gateway run --replace -p second`: gateway_state is 'draining' after 7 s",
    edits: [["name=$2 && shift", '{ [ -n "$words" ] || name=$2; shift; }']],
    seconds: 7,
  },
  {
    breaks: "whole",
    why: "it is written in place: others may read half",
    edits: [
      ['mv "$new" "$profile/gateway_state.json"', 'cat "$new" >"$profile/gateway_state.json"'],
    ],
  },
  {
    breaks: "whole",
    why: "it was not there for a moment",
    edits: [['mv "$new"', 'rm "$profile/gateway_state.json"; sleep 0.3; mv "$new"']],
  },
  {
    breaks: "whole",
    why: "it is written in place: others may read half",
    edits: [
      [
        'mv "$new" "$profile/gateway_state.json"',
        'printf "{" >"$profile/gateway_state.json"; sleep 0.3; cat "$new" >"$profile/gateway_state.json"',
      ],
    ],
  },
  {
    breaks: "values",
    why: "state file has an invalid exit_reason",
    edits: [['set_key pid "$$"', 'set_key exit_reason 7\n  set_key pid "$$"']],
  },
  { breaks: "term", why: "it still runs", edits: [["'say draining; exit 0'", "''"]] },
  {
    breaks: "again",
    why: "it exited with code 1; it said: locked",
    edits: [
      [
        "say starting",
        '[ ! -e "$profile/lock" ] || { echo locked && exit 1; }\n: >"$profile/lock"\nsay starting',
      ],
      ["'say draining;", '\'rm "$profile/lock"; say draining;'],
    ],
  },
  {
    breaks: "keys",
    why: "'another_programs_key' is gone",
    edits: [['cat "$profile/gateway_state.json"', `echo '{ "desired_state": "running", "x": 1 }'`]],
  },
  {
    breaks: "desired-state",
    why: "it is 'stopped' now",
    edits: [['set_key pid "$$"', `set_key pid "$$"; set_key desired_state '"stopped"'`]],
  },
  {
    breaks: "desired-state",
    why: "it is 'stopped' now",
    edits: [
      ["'say draining;", "'ends=1; say draining;"],
      [
        'set_key pid "$$"',
        `set_key pid "$$"; [ -z "\${ends-}" ] || set_key desired_state '"stopped"'`,
      ],
    ],
  },
  { breaks: "exit", why: "it exited with code 3", edits: [["exit 0", "exit 3"]] },
  { breaks: "comeback", why: "it says `stopped`", edits: [["say draining", "say stopped"]] },
  {
    breaks: "alone",
    why: "1 of its processes still run",
    edits: [["say running", "setsid sleep 60 & say running"]],
  },
];

let count = 0;

test.concurrent.each(BAD_AGENTS)("hermes-boot conform finds out: $breaks: $why", async (bad) => {
  const program = join(directory, `bad-${(count += 1)}`);
  const text = bad.edits.reduce((before, [from, to]) => {
    expect(before).toContain(from);
    return before.replace(from, () => to);
  }, EXAMPLE);
  writeFileSync(program, text);
  chmodSync(program, 0o755);
  const { code, lines } = await conform(program, "--wait", String(bad.seconds ?? 10));
  const { level, text: requirement } = REQUIREMENTS[bad.breaks];
  const found = lines.filter((line) => line.startsWith("✗") || line.startsWith("!"));
  expect(found).toHaveLength(1);
  expect(found[0]).toStartWith(`${level === "must" ? "✗" : "!"} ${requirement}: `);
  expect(found[0]).toContain(bad.why);
  expect(code).toBe(level === "must" ? 1 : 0);
});

test("BAD_AGENTS has one for each requirement", () => {
  const broken = new Set<string>(BAD_AGENTS.map(({ breaks }) => breaks));
  expect(Object.keys(REQUIREMENTS).filter((name) => !broken.has(name))).toEqual([]);
});

test("hermes-boot conform says which interpreter is missing", async () => {
  const program = join(directory, "no-python");
  writeFileSync(program, "#!/nowhere/python3\n", { mode: 0o755 });
  const { code, stdout, stderr } = await conform(program);
  expect({ code, stdout }).toEqual({ code: 78, stdout: "" });
  expect(stderr).toContain(`its first line asks for "/nowhere/python3", which is not there`);
});

test("hermes-boot conform says on one line how it is used", async () => {
  const relative = await conform("agent.sh");
  expect(relative.code).toBe(2);
  expect(relative.stderr).toStartWith("✗ 'agent.sh' is not an absolute path\n");
  const wait = await conform("/bin/true", "--wait", "soon");
  expect(wait.code).toBe(2);
  expect(wait.stderr).toStartWith("✗ Flag '--wait' takes a number of seconds, not 'soon'\n");
});

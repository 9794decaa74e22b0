import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { listAllCalls, runWithInjection, type CommandLine } from "../support/kill-points.ts";
import type { ProgramResult } from "../support/program.ts";
import { useTree } from "../support/s6-tree.ts";

const tree = useTree();

/** Below 5 open files Bun ends before any code of ours runs: `error: bun ran out of file descriptors`. */
const LIMITS = [5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 20];

test.each([
  ["status"],
  ["doctor"],
  ["gateway status"],
  ["-p limited gateway start"],
  ["-p limited gateway restart"],
  ["-p limited gateway stop"],
  ["-p limited gateway logs"],
  ["profile create other"],
  ["profile rename limited renamed"],
  ["profile delete limited -y"],
])("hermes %s with few open files names the limit, and exits 75 or 1", async (words) => {
  const hermes = join(tree().bin, "hermes");
  for (const limit of LIMITS) {
    tree().addProfile("limited");
    const script = `ulimit -n ${limit}; exec "$0" ${words}`;
    // `run` refuses a stack.
    const { code, stderr } = await tree().run(["/bin/sh", "-c", script, hermes]);
    expect({ limit, expected: [0, 1, 3, 75].includes(code), code, stderr }).toMatchObject({
      expected: true,
    });
    const isNamed = code !== 75 || /limit of open files/.test(stderr);
    expect({ limit, isNamed, stderr }).toMatchObject({ isNamed: true });
    for (const name of ["renamed", "other"]) {
      if (!existsSync(tree().profile(name)) && !existsSync(tree().slot(name))) continue;
      await tree().hermes("profile", "delete", name, "-y");
    }
  }
});

test("hermes becomes nothing if the limit of processes is reached, in one sentence", async () => {
  const boot = join(tree().bin, "hermes-boot");
  const flags = [
    "-o",
    "/dev/null",
    "-e",
    "trace=execve",
    "-e",
    "inject=execve:error=EAGAIN:when=1",
  ];
  const { code, stderr } = await tree().run(["strace", ...flags, boot, "main", "--", "sleep", "1"]);
  expect(code).toBe(75);
  expect(stderr).toStartWith("✗ Cannot start /");
  expect(stderr).toContain("the limit of processes is reached");
  expect(stderr).not.toContain("ExperimentalWarning");
});

const EVERY_CALL = process.env["HERMES_TEST_EVERY_CALL"] === "1";
/** Calls that are tried of each command without HERMES_TEST_EVERY_CALL, each in one of the two ways. */
const SAMPLE = 10;
const LIMIT_MS = EVERY_CALL ? 1_800_000 : 300_000;

/** Fails calls of a command that look at something or change it, one at a time; `run` refuses a stack. */
async function failCalls(
  command: CommandLine,
  prepare: () => Promise<unknown> = async () => undefined,
): Promise<void> {
  await prepare();
  const calls = await listAllCalls(tree(), command);
  const step = EVERY_CALL ? 1 : Math.max(1, Math.floor(calls.length / SAMPLE));
  for (const [position, point] of calls.entries()) {
    if (position % step !== 0) continue;
    for (const [way, injection] of (["EIO", "EMFILE"] as const).entries()) {
      if (!EVERY_CALL && way !== (position / step) % 2) continue;
      await prepare();
      const { code, stderr } = await runWithInjection(tree(), command, point, injection);
      const { call, index } = point;
      const at = `${injection} at ${call} ${index}`;
      const expected = code < 70 || code === 75 || code === 78;
      expect({ at, expected, code, stderr }).toMatchObject({ at, expected: true });
    }
  }
}

test.each([
  ["status"],
  ["doctor"],
  ["-p limited gateway stop"],
  ["-p limited gateway start"],
  ["-p limited gateway status"],
  ["profile list"],
  ["profile use limited"],
])(
  "hermes %s shows no stack, whichever system call fails",
  async (words) => {
    tree().addProfile("limited");
    await tree().hermes("-p", "limited", "gateway", "start");
    await failCalls(["hermes", ...words.split(" ")]);
  },
  LIMIT_MS,
);

function run(line: string): Promise<ProgramResult> {
  const [program, ...rest] = line.split(" ");
  return program === "hermes" ? tree().hermes(...rest) : tree().boot(...rest);
}

test.each([
  ["hermes profile create limited", []],
  ["hermes profile rename limited renamed", ["hermes profile create limited"]],
  ["hermes profile delete limited -y", ["hermes profile create limited"]],
  [
    "hermes-boot register limited",
    ["hermes profile create limited", "hermes-boot unregister limited"],
  ],
  ["hermes-boot unregister limited", ["hermes profile create limited"]],
] as const)(
  "%s shows no stack, whichever system call fails",
  async (words, before) => {
    const [program, ...rest] = words.split(" ");
    await failCalls([program === "hermes" ? "hermes" : "hermes-boot", ...rest], async () => {
      await run("hermes profile delete renamed -y");
      await run("hermes profile delete limited -y");
      for (const line of before) expect(await run(line)).toMatchObject({ code: 0 });
    });
  },
  LIMIT_MS,
);

test("a supervised gateway has no thread that ends it where a limit of processes refuses one", async () => {
  await tree().hermes("profile", "create", "threads");
  expect((await tree().hermes("-p", "threads", "gateway", "start")).code).toBe(0);
  const pid = (await tree().status("threads"))?.pid;
  // JavaScriptCore starts its threads when it has something for them to do: well before the gateway is ready.
  const { stdout } = await tree().run(["/bin/sh", "-c", `cat /proc/${pid}/task/*/comm`]);
  expect(stdout).toContain("hermes\n");
  expect(stdout).not.toMatch(/JITWorker|HeapHelper|JSCWarmUp|Collector/);
});

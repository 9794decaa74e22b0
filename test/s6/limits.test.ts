import { expect, test } from "bun:test";
import { join } from "node:path";
import { listAllCalls, runWithInjection } from "../support/kill-points.ts";
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
    await tree().hermes("profile", "delete", "renamed", "-y");
    await tree().hermes("profile", "delete", "other", "-y");
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

/** Calls that are tried of each command; `scripts/test s6-long` tries all of them in what is interrupted. */
const SAMPLE = 12;

test.each([
  ["status"],
  ["doctor"],
  ["-p limited gateway stop"],
  ["-p limited gateway start"],
  ["-p limited gateway status"],
  ["profile list"],
  ["profile use limited"],
])("hermes %s shows no stack, whichever system call fails", async (words) => {
  tree().addProfile("limited");
  await tree().hermes("-p", "limited", "gateway", "start");
  const command = ["hermes", ...words.split(" ")] as const;
  const calls = await listAllCalls(tree(), command);
  const step = Math.max(1, Math.floor(calls.length / SAMPLE));
  for (const [position, point] of calls.entries()) {
    if (position % step !== 0) continue;
    for (const injection of ["EIO", "EMFILE"] as const) {
      // `run` refuses a stack.
      const { code, stderr } = await runWithInjection(tree(), command, point, injection);
      const { call, index } = point;
      const at = `${injection} at ${call} ${index}`;
      expect({ at, expected: code < 70 || code === 75 || code === 78, code, stderr }).toMatchObject(
        {
          at,
          expected: true,
        },
      );
    }
  }
});

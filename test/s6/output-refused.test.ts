import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "bun:test";
import { findExecutable } from "../support/executable.ts";
import { runProgram } from "../support/program.ts";

const home = mkdtempSync(join(tmpdir(), "hermes-output-"));
afterAll(() => rmSync(home, { recursive: true }));

/** Runs a command line of the executable in a shell, on an installation of its own. */
function inShell(script: string) {
  return runProgram(["/bin/sh", "-c", script, findExecutable()], {
    env: { PATH: "/usr/bin:/bin", HERMES_HOME: home },
  });
}

test.each(["status", "version", "--help", "gateway list --json"])(
  "hermes %s on a full disk says so, and is no bug",
  async (words) => {
    const { code, stderr } = await inShell(`"$0" ${words} >/dev/full`);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "✗ Cannot write the output: no space left on device\n",
    });
  },
);

test("hermes keeps its exit code, and does its work, if stderr takes nothing", async () => {
  const { code, stderr } = await inShell(`"$0" gateway lgos >/dev/full 2>/dev/full`);
  expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
  const work = `"$0" setup --base-url http://127.0.0.1:1/v1 --model m --no-test 2>/dev/full`;
  expect((await inShell(work)).code).toBe(0);
});

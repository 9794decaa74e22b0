import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findExecutable, REPOSITORY } from "../support/executable.ts";
import { runProgram } from "../support/program.ts";

const ROUNDS = 25;
/** A busy machine only ever adds time: one quiet series is enough. */
const SERIES = 4;

function timeOf(argv: readonly string[]): number {
  const started = performance.now();
  const { exitCode } = Bun.spawnSync([...argv], { stdout: "ignore", stderr: "ignore" });
  expect(exitCode).toBe(0);
  return performance.now() - started;
}

const median = (times: readonly number[]) =>
  times.toSorted((first, second) => first - second)[Math.floor(times.length / 2)] ?? 0;

/** How many times as long as `empty` the executable takes, both measured in turn. */
function measureRatio(empty: string): number {
  const times = Array.from({ length: ROUNDS }, () => ({
    empty: timeOf([empty]),
    hermes: timeOf([findExecutable(), "version"]),
  }));
  return median(times.map((time) => time.hermes)) / median(times.map((time) => time.empty));
}

test("hermes version starts in at most 2 times what an empty Bun executable takes", async () => {
  const directory = mkdtempSync(join(tmpdir(), "hermes-start-"));
  try {
    const entry = join(directory, "empty.ts");
    const empty = join(directory, "empty");
    writeFileSync(entry, "export {};\n");
    const build = [join(REPOSITORY, "scripts/build"), "--entry", entry, "--outfile", empty];
    expect(await runProgram(build)).toMatchObject({ code: 0 });
    const ratios: number[] = [];
    while (ratios.length < SERIES && ratios.every((ratio) => ratio > 2)) {
      ratios.push(measureRatio(empty));
    }
    expect(Math.min(...ratios)).toBeLessThanOrEqual(2);
  } finally {
    rmSync(directory, { recursive: true });
  }
}, 60_000);

test("hermes version prints the version and the commit on one line", async () => {
  const { code, stdout, stderr } = await runProgram([findExecutable(), "version"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^hermes \d+\.\d+\.\d+ \((?:[0-9a-f]{7,}(?:\+dirty)?|unknown)\)\n$/);
});

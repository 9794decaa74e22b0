import { expect, test } from "bun:test";
import { command } from "../../../src/cli/command.ts";

const ARGS = {
  follow: { type: "boolean", alias: "f" },
  lines: { type: "string", alias: "n" },
  "no-test": { type: "boolean" },
} as const;

/** Returns the arguments that a command gets for words. */
async function parse(...words: readonly string[]) {
  const seen: unknown[] = [];
  const { run } = command(ARGS, [], (args) => {
    seen.push([args.follow ?? false, args.lines ?? null, args["no-test"] ?? false]);
  });
  expect(await run(words)).toBe(0);
  return seen;
}

test.each([
  [
    ["-f", "-n", "5"],
    [true, "5", false],
  ],
  [
    ["-fn", "5"],
    [true, "5", false],
  ],
  [["-fn5"], [true, "5", false]],
  [["--lines=-5"], [false, "-5", false]],
  [
    ["--no-test", "--follow"],
    [true, null, true],
  ],
  [[], [false, null, false]],
])("command() reads %j", async (words, expected) => {
  expect(await parse(...words)).toEqual([expected]);
});

test("command() returns the exit code of its work, and throws what it throws", async () => {
  expect(await command({}, [], async () => 7).run([])).toBe(7);
  const failing = command({}, [], () => {
    throw new Error("broken");
  });
  expect(failing.run([])).rejects.toThrow("broken");
});

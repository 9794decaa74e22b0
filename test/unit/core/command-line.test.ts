import { expect, test } from "bun:test";
import {
  findNamedProfile,
  hasFlag,
  NO_SUPERVISE,
  scanCommandLine,
  TERMINAL_FLAGS,
  wordsBeforeSeparator,
} from "../../../src/core/command-line.ts";

test.each([
  [["status"], null, ["status"], []],
  [["-p", "coder", "status"], "coder", ["status"], []],
  [["-pcoder", "status"], "coder", ["status"], []],
  [["-p=coder", "status"], "coder", ["status"], []],
  [["status", "--profile", "coder"], "coder", ["status"], []],
  [["status", "--profile=coder"], "coder", ["status"], []],
  [["-p", "a", "-pb"], "b", [], []],
  [["-p", "--color=always", "x"], "--color=always", ["x"], []],
  [["-p"], null, [], []],
  [["-p=", "x"], "", ["x"], []],
  [["--profile", "--", "x"], "--", ["x"], []],
  [["--profiles", "x"], null, ["--profiles", "x"], []],
  [["--color", "never", "chat"], null, ["chat"], []],
  [["--no-color", "chat", "-q", "hi"], null, ["chat", "-q", "hi"], []],
  [["chat", "--", "-p", "coder"], null, ["chat"], ["--", "-p", "coder"]],
  [[], null, [], []],
] as const)("scanCommandLine(%j) finds profile %p and words %j", (args, profile, words, rest) => {
  const line = scanCommandLine(args);
  expect(findNamedProfile(line)).toBe(profile);
  expect([line.words, line.rest]).toEqual([[...words], [...rest]]);
});

test.each([
  [["chat", "-T"], true],
  [["--tui"], true],
  [["-p", "--tui"], false],
  [["--", "--tui"], false],
] as const)("hasFlag() of a terminal session in %j is %p", (args, expected) => {
  expect(hasFlag(scanCommandLine(args), TERMINAL_FLAGS)).toBe(expected);
});

test("hasFlag() finds a command's own flag", () => {
  expect(hasFlag(scanCommandLine(["gateway", "run", NO_SUPERVISE]), [NO_SUPERVISE])).toBe(true);
});

test("wordsBeforeSeparator() ends at the first `--`", () => {
  expect(wordsBeforeSeparator(["a", "--", "b", "--"])).toEqual(["a"]);
  expect(wordsBeforeSeparator(["a"])).toEqual(["a"]);
});

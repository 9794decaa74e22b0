import { expect, test } from "bun:test";
import type { ArgsDef } from "citty";
import { checkArguments } from "../../../src/cli/strict-arguments.ts";

const ARGS: ArgsDef = {
  name: { type: "positional", required: true },
  second: { type: "positional", required: false },
  yes: { type: "boolean", alias: "y" },
  lines: { type: "string", alias: "n" },
  force: { type: "boolean", alias: "f" },
};

const check = (...words: readonly string[]) =>
  checkArguments(words, ARGS, { profile: { type: "string" } });

test.each([
  [["coder"]],
  [["coder", "other"]],
  [["coder", "-y"]],
  [["--yes", "coder"]],
  [["coder", "-n", "5"]],
  [["coder", "--lines=5"]],
  [["coder", "-n5"]],
  [["coder", "-yfn", "5"]],
  [["coder", "-fn5"]],
  [["coder", "-n", "-f5"]],
  [["coder", "--lines", "-fn"]],
  [["coder", "--lines", "-5"]],
  [["--", "coder"]],
  [["--", "--yes"]],
  [["-"]],
])("checkArguments() takes %j", (words) => {
  expect(() => check(...words)).not.toThrow();
});

test.each([
  [[], "Missing argument NAME"],
  [["-y"], "Missing argument NAME"],
  [["a", "b", "c"], "Unexpected argument 'c'"],
  [["a", "--", "b", "--yes"], "Unexpected argument '--yes'"],
  [["a", "--quick"], "Unknown flag '--quick'"],
  [["a", "--quick=1"], "Unknown flag '--quick'"],
  [["a", "-q"], "Unknown flag '-q'"],
  [["a", "-yx"], "Unknown flag '-yx'"],
  [["a", "-yn"], "Flag '-n' needs a value"],
  [["a", "--y"], "Unknown flag '--y'"],
  [["a", "--yes=no"], "Flag '--yes' takes no value"],
  [["a", "--no-yes"], "Unknown flag '--no-yes'"],
  [["a", "--lines"], "Flag '--lines' needs a value"],
  [["a", "-n"], "Flag '-n' needs a value"],
  [["a", "--line"], "Unknown flag '--line'; did you mean '--lines'?"],
  [["a", "--froce=3"], "Unknown flag '--froce'; did you mean '--force'?"],
  [["a", "--profil"], "Unknown flag '--profil'; did you mean '--profile'?"],
])("checkArguments() refuses %j: %s", (words, message) => {
  expect(() => check(...words)).toThrow(expect.objectContaining({ message, exitCode: 2 }));
});

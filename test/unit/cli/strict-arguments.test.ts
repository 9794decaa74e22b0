import { expect, test } from "bun:test";
import type { ArgsDef } from "citty";
import {
  aliasesOf,
  checkArguments,
  separateShortFlags,
} from "../../../src/cli/strict-arguments.ts";

const ARGS: ArgsDef = {
  name: { type: "positional", required: true },
  second: { type: "positional", required: false },
  yes: { type: "boolean", alias: "y" },
  lines: { type: "string", alias: ["n", "count"] },
  as: { type: "enum", options: ["text", "json"] },
};

const check = (...words: readonly string[]) =>
  checkArguments(words, ARGS, ["hermes", "profile", "delete"]);

test.each([
  [["coder"]],
  [["coder", "other"]],
  [["coder", "-y"]],
  [["--yes", "coder"]],
  [["coder", "-n", "5"]],
  [["coder", "--lines=5"]],
  [["coder", "--count", "5"]],
  [["coder", "--lines", "-5"]],
  [["--", "coder"]],
  [["--", "--yes"]],
  [["-"]],
  [["coder", "--as", "json", "--as=text"]],
])("checkArguments() takes %j", (words) => {
  expect(() => check(...words)).not.toThrow();
});

test.each([
  [[], "Missing argument NAME"],
  [["-y"], "Missing argument NAME"],
  [["a", "b", "c"], "Unexpected argument 'c'"],
  [["a", "--", "b", "--yes"], "Unexpected argument '--yes'"],
  [["a", "--force"], "Unknown flag '--force'"],
  [["a", "--force=1"], "Unknown flag '--force'"],
  [["a", "-f"], "Unknown flag '-f'"],
  [["a", "-yn"], "Unknown flag '-yn'"],
  [["a", "--y"], "Unknown flag '--y'"],
  [["a", "--yes=no"], "Flag '--yes' takes no value"],
  [["a", "--no-yes"], "Unknown flag '--no-yes'"],
  [["a", "--lines"], "Flag '--lines' needs a value"],
  [["a", "-n"], "Flag '-n' needs a value"],
  [["a", "--as", "xml"], "Flag '--as' takes one of 'text', 'json', not 'xml'"],
  [["a", "--as=xml"], "Flag '--as' takes one of 'text', 'json', not 'xml'"],
  [["a", "--line"], "Unknown flag '--line'; did you mean '--lines'?"],
  [["a", "--cuont=3"], "Unknown flag '--cuont'; did you mean '--count'?"],
  [["a", "--profil"], "Unknown flag '--profil'; did you mean '--profile'?"],
])("checkArguments() refuses %j: %s", (words, message) => {
  expect(() => check(...words)).toThrow(
    expect.objectContaining({
      message,
      exitCode: 2,
      hint: "see `hermes profile delete --help`",
    }),
  );
});

test("aliasesOf() is a list for none, one and many", () => {
  expect(aliasesOf({ type: "positional" })).toEqual([]);
  expect(aliasesOf({ type: "boolean", alias: "y" })).toEqual(["y"]);
  expect(aliasesOf({ type: "string", alias: ["a", "b"] })).toEqual(["a", "b"]);
});

const LOGS: ArgsDef = {
  follow: { type: "boolean", alias: "f" },
  lines: { type: "string", alias: "n" },
  since: { type: "string" },
};

test.each([
  [["-n5"], ["-n", "5"]],
  [
    ["-fn", "5"],
    ["-f", "-n", "5"],
  ],
  [["-fn5"], ["-f", "-n", "5"]],
  [
    ["-nfew", "-f"],
    ["-n", "few", "-f"],
  ],
  [["-fx"], ["-fx"]],
  [
    ["-n", "-f5"],
    ["-n", "-f5"],
  ],
  [
    ["--since", "-fn"],
    ["--since", "-fn"],
  ],
  [
    ["--", "-fn5"],
    ["--", "-fn5"],
  ],
  [
    ["-", "-5", "--follow"],
    ["-", "-5", "--follow"],
  ],
])("separateShortFlags() makes of %j %j", (words, expected) => {
  expect(separateShortFlags(words, LOGS)).toEqual(expected);
});

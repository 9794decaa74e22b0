import { expect, test } from "bun:test";
import { readColorMode, splitGlobalFlags } from "../../../src/cli/global-flags.ts";

const split = (...args: readonly string[]) => splitGlobalFlags(args);

test.each([
  [["gateway", "start"], null, ["gateway", "start"]],
  [["-p", "coder", "gateway", "start"], "coder", ["gateway", "start"]],
  [["gateway", "start", "-p", "coder"], "coder", ["gateway", "start"]],
  [["gateway", "--profile", "coder", "start"], "coder", ["gateway", "start"]],
  [["--profile=coder", "status"], "coder", ["status"]],
  [["-pcoder", "status"], "coder", ["status"]],
  [["--profile=", "status"], "", ["status"]],
  [["-p", "--help"], "--help", []],
  [["-p", "a", "-p", "b"], "b", []],
  [["chat", "--", "-p", "coder"], null, ["chat", "--", "-p", "coder"]],
  [["--profiles", "x"], null, ["--profiles", "x"]],
])("splitGlobalFlags() takes the profile out of %j", (args, profile, words) => {
  expect(split(...args)).toEqual({ profile, words });
});

test.each([
  [["status"], "auto", ["status"]],
  [["--color=always", "status"], "always", ["status"]],
  [["status", "--color", "never"], "never", ["status"]],
  [["--color=always", "status", "--no-color"], "never", ["status"]],
  [["-p", "--color=always", "status"], "auto", ["status"]],
  [["x", "--", "--color=always"], "auto", ["x", "--", "--color=always"]],
  [["--colors"], "auto", ["--colors"]],
] as const)("splitGlobalFlags() takes the colour out of %j", (args, color, words) => {
  expect(split(...args)).toMatchObject({ words: [...words] });
  expect(readColorMode(args)).toBe(color);
});

test("splitGlobalFlags() misses a value and refuses another one", () => {
  expect(() => split("gateway", "-p")).toThrow("Flag '-p' needs a value");
  expect(() => split("--profile")).toThrow("Flag '--profile' needs a value");
  expect(() => split("--color")).toThrow("Flag '--color' needs a value");
  expect(() => split("--color=blue")).toThrow(
    expect.objectContaining({
      message: "Flag '--color' takes auto, always or never, not 'blue'",
      exitCode: 2,
    }),
  );
});

test("readColorMode() says auto for what is no command line yet", () => {
  for (const args of [[], ["--color"], ["--color=blue"]]) expect(readColorMode(args)).toBe("auto");
});

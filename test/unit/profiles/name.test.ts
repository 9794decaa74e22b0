import { expect, test } from "bun:test";
import { parseProfileName, parseTypedProfileName, quoteName } from "../../../src/profiles/name.ts";

const reasonOf = (text: string) => {
  const parsed = parseProfileName(text);
  return parsed.ok ? null : parsed.reason;
};

test.each(["a", "0", "coder", "my-bot_2", "default", "test", "x".repeat(64), "9-_"])(
  "parseProfileName() takes '%s'",
  (text) => {
    const parsed = parseProfileName(text);
    expect(parsed.ok && String(parsed.name)).toBe(text);
  },
);

test.each([
  "",
  " ",
  "A",
  "Coder",
  "a b",
  " a",
  "a ",
  "a\n",
  "\na",
  "a\nb",
  "a\0",
  "-a",
  "_a",
  "--help",
  ".",
  "..",
  ".hidden",
  "a.b",
  "../x",
  "a/b",
  "/etc",
  "a;b",
  "$(id)",
  "`id`",
  "'",
  '"',
  "a\\b",
  "é",
  "ａ",
  "K",
  "x".repeat(65),
  "x".repeat(300),
])("parseProfileName() refuses %j", (text) => {
  expect(reasonOf(text)).toContain("names are 1 to 64 of a-z, 0-9, _ and -");
});

test.each(["hermes", "hermes-boot", "root", "sudo"])(
  "parseProfileName() refuses the reserved '%s'",
  (text) => {
    expect(reasonOf(text)).toBe(`'${text}' is reserved`);
  },
);

test("parseTypedProfileName() trims and lower-cases what a person typed", () => {
  const parsed = parseTypedProfileName("  CoDer\n");
  expect(parsed.ok && String(parsed.name)).toBe("coder");
});

test.each(["a b", "../X", "", "ROOT", "İ"])("parseTypedProfileName() still refuses %j", (text) => {
  expect(parseTypedProfileName(text).ok).toBe(false);
});

test("quoteName() keeps a name on one line and short", () => {
  expect(quoteName("coder")).toBe("'coder'");
  expect(quoteName("a\nb")).toBe("'a\\nb'");
  expect(quoteName("\u001b[31mred")).toBe("'\\u001b[31mred'");
  expect(quoteName("x".repeat(80))).toBe(`'${"x".repeat(80)}'`);
  expect(quoteName("x".repeat(81))).toBe(`'${"x".repeat(77)}...'`);
});

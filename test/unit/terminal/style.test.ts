import { expect, test } from "bun:test";
import { COLORED, MONOCHROME, paintWith, PLAIN, wantsColor } from "../../../src/terminal/style.ts";

test.each([
  ["always", { NO_COLOR: "1", TERM: "dumb" }, false, true],
  ["never", { CLICOLOR_FORCE: "1" }, true, false],
  ["auto", { NO_COLOR: "1", CLICOLOR_FORCE: "1" }, true, false],
  ["auto", { NO_COLOR: "" }, true, true],
  ["auto", { CLICOLOR_FORCE: "1", TERM: "dumb" }, false, true],
  ["auto", { CLICOLOR_FORCE: "0" }, false, false],
  ["auto", { CLICOLOR_FORCE: "" }, false, false],
  ["auto", { TERM: "dumb" }, true, false],
  ["auto", { TERM: "xterm" }, true, true],
  ["auto", {}, true, true],
  ["auto", {}, false, false],
] as const)("wantsColor() with --color=%s and %j on a terminal: %s", (mode, env, terminal, on) => {
  expect(wantsColor(mode, env, terminal)).toBe(on);
});

test("COLORED paints every line by itself", () => {
  expect(COLORED.red("a\n\nb")).toBe("\u001B[31ma\u001B[39m\n\n\u001B[31mb\u001B[39m");
});

test("COLORED goes on with an outer style after an inner one of the same kind", () => {
  const { bold, dim } = COLORED;
  expect(bold(`a${dim("b")}c`)).toBe("\u001B[1ma\u001B[2mb\u001B[22m\u001B[1mc\u001B[22m");
});

test("MONOCHROME has bold text and no colour, PLAIN has neither", () => {
  expect(MONOCHROME.bold("x")).toBe("\u001B[1mx\u001B[22m");
  expect(MONOCHROME.red("x")).toBe("x");
  expect(
    Object.values(PLAIN)
      .map((apply) => apply("x"))
      .join(""),
  ).toMatch(/^x+$/);
});

test("paintWith() shows a meaning in the style's colour", () => {
  expect(paintWith(COLORED)("good", "x")).toBe(COLORED.green("x"));
  expect(paintWith(PLAIN)("bad", "x")).toBe("x");
});

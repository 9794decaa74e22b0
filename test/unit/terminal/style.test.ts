import { expect, test } from "bun:test";
import { styleOf } from "../../../src/cli/view.ts";
import { PLAIN, wantsColor } from "../../../src/terminal/style.ts";
import { FakeHost } from "../../support/fake-host.ts";

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

test("styleOf() paints where colour is on, every line by itself, and nothing elsewhere", () => {
  const style = styleOf(new FakeHost({ argv: ["hermes", "--color=always", "status"] }), 1);
  expect(style.isOn).toBe(true);
  expect(style.red("a\n\nb")).toBe("\u001B[31ma\u001B[39m\n\n\u001B[31mb\u001B[39m");
  expect(style.bold("x")).toBe("\u001B[1mx\u001B[22m");
  const { isOn, red } = styleOf(new FakeHost({ argv: ["hermes", "status"] }), 1);
  expect([isOn, red("x")]).toEqual([false, "x"]);
});

test("styleOf() asks whether a terminal reads it", () => {
  expect(styleOf(new FakeHost({ isOutputTerminal: true }), 2).isOn).toBe(true);
  expect(styleOf(new FakeHost({ isOutputTerminal: false }), 2).isOn).toBe(false);
});

test("PLAIN leaves every text as it is", () => {
  const { isOn, ...paints } = PLAIN;
  expect(isOn).toBe(false);
  expect(Object.values(paints).map((paint) => paint("x"))).toEqual(
    Object.keys(paints).map(() => "x"),
  );
});

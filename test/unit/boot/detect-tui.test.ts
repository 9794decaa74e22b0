import { expect, test } from "bun:test";
import { isTerminalSession } from "../../../src/boot/detect-tui.ts";

test("isTerminalSession() needs no terminal for --tui, -T and HERMES_TUI", () => {
  expect(isTerminalSession(["--tui"], {}, false)).toBe(true);
  expect(isTerminalSession(["chat", "-T"], {}, false)).toBe(true);
  expect(isTerminalSession(["gateway", "run"], { HERMES_TUI: "yes" }, false)).toBe(true);
});

test("isTerminalSession() is true without arguments on a terminal only", () => {
  expect(isTerminalSession([], {}, true)).toBe(true);
  expect(isTerminalSession([], {}, false)).toBe(false);
  expect(isTerminalSession(["chat"], {}, true)).toBe(false);
});

test.each(["0", "no", "", "garbage"])("isTerminalSession() is not switched on by '%s'", (word) => {
  expect(isTerminalSession(["chat"], { HERMES_TUI: word }, true)).toBe(false);
});

test("isTerminalSession() leaves what stands behind -- alone", () => {
  expect(isTerminalSession(["chat", "--", "--tui"], {}, false)).toBe(false);
});

test("isTerminalSession() takes whole words only", () => {
  expect(isTerminalSession(["--tui-mode"], {}, false)).toBe(false);
  expect(isTerminalSession(["-Tx"], {}, false)).toBe(false);
});

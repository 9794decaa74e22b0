import { expect, test } from "bun:test";
import { conversationStyle, styleOf } from "../../../src/cli/view.ts";
import { COLORED, MONOCHROME, PLAIN } from "../../../src/terminal/style.ts";
import { FakeHost } from "../../support/fake-host.ts";

test("styleOf() follows --color, and asks by itself whether a terminal reads the output", () => {
  const colored = new FakeHost({ argv: ["hermes", "--color=always", "status"] });
  expect(styleOf(colored, 1)).toBe(COLORED);
  expect(styleOf(new FakeHost({ argv: ["hermes", "status"] }), 1)).toBe(PLAIN);
  expect(styleOf(new FakeHost({ isOutputTerminal: true }), 2)).toBe(COLORED);
  expect(styleOf(new FakeHost({ isOutputTerminal: false }), 2)).toBe(PLAIN);
});

test("conversationStyle() keeps bold text without colour", () => {
  const argv = ["hermes", "--color=never", "chat"];
  expect(conversationStyle(new FakeHost({ argv, isOutputTerminal: true }))).toBe(MONOCHROME);
});

import { expect, test } from "bun:test";
import { command } from "../../../src/cli/command.ts";
import { isRaw, rawCommand } from "../../../src/cli/raw-command.ts";

test("isRaw() knows a command that takes any words from one that takes none", () => {
  expect(isRaw(rawCommand(async () => 0))).toBe(true);
  expect(isRaw(command({}, [], () => 0))).toBe(false);
});

import { expect, test } from "bun:test";
import { childOf, HERMES } from "../../../src/cli/command-table.ts";

test("childOf() finds what a group has itself, and nothing that every object has", () => {
  expect(childOf(HERMES, "gateway")?.summary).toBe("Start, stop and run gateways");
  for (const word of ["gatway", "start", "constructor", "__proto__"]) {
    expect(childOf(HERMES, word)).toBeUndefined();
  }
});

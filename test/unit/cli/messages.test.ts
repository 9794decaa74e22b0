import { expect, test } from "bun:test";
import { createMessages, warnAll } from "../../../src/cli/messages.ts";
import { FakeHost } from "../../support/fake-host.ts";

test("createMessages() marks errors and warnings, repeats them, and prints nothing on stdout", () => {
  const host = new FakeHost();
  const messages = createMessages(host);
  messages.error("no");
  messages.fatal("never");
  for (let count = 0; count < 10; count += 1) messages.warn("careful");
  messages.log("so");
  expect(host.notes).toEqual([
    "✗ no",
    "✗ never",
    ...Array.from({ length: 10 }, () => "warning: careful"),
    "so",
  ]);
  expect(host.stdout).toBe("");
});

test("warnAll() prints a line for each warning", () => {
  const host = new FakeHost();
  warnAll(host, ["a", "b"]);
  expect(host.notes).toEqual(["warning: a", "warning: b"]);
});

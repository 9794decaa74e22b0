import { expect, test } from "bun:test";
import { createMessages } from "../../../src/cli/messages.ts";
import { reportError } from "../../../src/cli/report-error.ts";
import { AppError, ExitCode } from "../../../src/core/errors.ts";
import { FakeHost } from "../../support/fake-host.ts";

function report(error: unknown) {
  const host = new FakeHost();
  const code = reportError(host, error);
  return { code, notes: host.notes, stdout: host.stdout };
}

test("reportError() says what failed, details and the hint, on stderr, without a stack", () => {
  const options = { detail: "more", hint: "do this", exitCode: ExitCode.usage };
  expect(report(new AppError("usage", "Cannot do it", options))).toEqual({
    code: 2,
    notes: ["✗ Cannot do it", "more", "  Hint: do this"],
    stdout: "",
  });
});

test("reportError() says no more than there is", () => {
  expect(report(new AppError("io", "Cannot do it")).notes).toEqual(["✗ Cannot do it"]);
});

test("reportError() takes everything else for a bug of ours: exit 70, with the stack", () => {
  const { code, notes } = report(new TypeError("x is not a function"));
  expect(code).toBe(70);
  expect(notes[0]).toStartWith("✗ This is a bug in hermes; please report it with these lines:\n");
  expect(notes[0]).toContain("x is not a function");
  expect(report("text")).toMatchObject({ code: 70 });
});

test("createMessages() prints every line, also the same one ten times, and none on stdout", () => {
  const host = new FakeHost();
  const messages = createMessages(host);
  for (let index = 0; index < 10; index += 1) messages.warn("again");
  expect(host.notes).toEqual(Array.from({ length: 10 }, () => "warning: again"));
  expect(host.stdout).toBe("");
});

test("createMessages() knows what is said and what is an error", () => {
  const host = new FakeHost();
  const messages = createMessages(host);
  messages.log("said");
  messages.info("told");
  messages.success("done");
  messages.error("failed");
  expect(host.notes).toEqual(["said", "told", "done", "✗ failed"]);
});

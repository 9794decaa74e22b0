import { expect, test } from "bun:test";
import { createApp } from "../../../src/cli/app.ts";
import { knowsSequences, withTerminal } from "../../../src/cli/chat-on-terminal.ts";
import { FakeHost } from "../../support/fake-host.ts";

const appOn = (host: FakeHost) => createApp(host, "default");

test.each([
  [{ TERM: "xterm" }, true],
  [{ TERM: "dumb" }, false],
  [{ TERM: "" }, false],
  [{}, false],
])("knowsSequences() on a terminal with %j is %p", (environment, expected) => {
  expect(knowsSequences(appOn(new FakeHost({ environment })))).toBe(expected);
});

test("withTerminal() returns the exit code of the work and restores the terminal", async () => {
  const host = new FakeHost();
  expect(await withTerminal(appOn(host), async () => 3)).toBe(3);
  expect(host.terminal.isOpen).toBe(false);
});

test("withTerminal() returns 128+n after a signal, and restores the terminal after a failure", async () => {
  const host = new FakeHost();
  const code = await withTerminal(appOn(host), async () => {
    host.end("SIGHUP");
    await Bun.sleep(0);
    return 0;
  });
  expect(code).toBe(129);
  const failing = new FakeHost();
  const work = withTerminal(appOn(failing), async () => {
    throw new Error("broken");
  });
  expect(work).rejects.toThrow("broken");
  await work.catch(() => undefined);
  expect(failing.terminal.isOpen).toBe(false);
});

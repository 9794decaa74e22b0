import { expect, test } from "bun:test";
import { endLeftBehind } from "../../../src/gateway/left-behind.ts";
import { FakeHost } from "../../support/fake-host.ts";

const CODER = "Gateway 'coder'";
const onSignal = (signal: NodeJS.Signals) => signal === "SIGKILL";
const CHILD = { group: 50, argv: ["python3", "-m", "tool"] };

test("endLeftBehind() ends what is left by SIGTERM, and says nothing", async () => {
  const host = new FakeHost();
  host.table.start(51, CHILD);
  host.table.start(60);
  await endLeftBehind(host, CODER, 50, 2000);
  expect(host.table.signals).toEqual(["51 SIGTERM"]);
  expect(host.clock.elapsed()).toBe(0);
  expect(host.notes).toEqual([]);
});

test("endLeftBehind() kills what ignores SIGTERM after two seconds, and names it", async () => {
  const host = new FakeHost();
  host.table.start(51, { ...CHILD, onSignal });
  host.table.start(52, CHILD);
  await endLeftBehind(host, CODER, 50, 2000);
  expect(host.table.signals).toEqual(["51 SIGTERM", "52 SIGTERM", "51 SIGKILL"]);
  expect(host.clock.elapsed()).toBe(2000);
  expect(host.notes).toEqual(["Gateway 'coder' left 'python3 -m tool' (pid 51) behind: killed"]);
});

test("endLeftBehind() shortens a long command line, and takes the name if there is none", async () => {
  const host = new FakeHost();
  host.table.start(51, { group: 50, argv: ["sh", "-c", "x".repeat(500)], onSignal });
  host.table.start(52, { group: 50, argv: [], command: "kworker", onSignal });
  await endLeftBehind(host, CODER, 50, 2000);
  expect(host.notes[0]).toMatch(
    /^Gateway 'coder' left 'sh -c x{71}\.\.\.' \(pid 51\) behind: killed$/,
  );
  expect(host.notes[1]).toBe("Gateway 'coder' left 'kworker' (pid 52) behind: killed");
});

test("endLeftBehind() does not wait for what it may not signal", async () => {
  const host = new FakeHost();
  host.table.start(51, {
    ...CHILD,
    onSignal: () => {
      throw new Error("EPERM");
    },
  });
  await endLeftBehind(host, CODER, 50, 2000);
  expect(host.clock.elapsed()).toBe(0);
  expect(host.notes).toEqual([]);
});

test("endLeftBehind() never ends itself", async () => {
  const host = new FakeHost();
  host.table.start(host.self.pid, { group: 50 });
  await endLeftBehind(host, CODER, 50, 2000);
  expect(host.table.signals).toEqual([]);
});

import { expect, test } from "bun:test";
import { createAgentDiagnosis } from "../../../src/agent/diagnosis.ts";
import { examine } from "../../../src/doctor/examine.ts";
import { createGateways } from "../../../src/gateway/gateways.ts";
import { createNoServiceManager } from "../../../src/services/none/manager.ts";
import { FakeHost } from "../../support/fake-host.ts";

const CHECKS = new Set(["current-profile", "renames", "event-hook"]);

function installation() {
  const host = new FakeHost();
  host.disk.creator = { uid: 10_000, gid: 10_000 };
  host.disk.putFile("/vol/profiles/coder/SOUL.md", "");
  const look = async () =>
    (
      await examine({
        host,
        root: "/vol",
        agent: createAgentDiagnosis(host),
        gateways: createGateways(host, "/vol", createNoServiceManager()),
      })
    ).findings
      .filter(({ check }) => CHECKS.has(check))
      .map(({ check, severity, message }) => `${check} ${severity}: ${message}`);
  return { disk: host.disk, look };
}

test("examine() does not ask for what is not there", async () => {
  expect(await installation().look()).toEqual([]);
});

test("examine() says that what was chosen and put there is fine", async () => {
  const { disk, look } = installation();
  disk.putFile("/vol/active_profile", "coder\n");
  disk.putFile("/vol/hooks/gateway-event", "", { mode: 0o755 });
  expect(await look()).toEqual([
    "current-profile ok: 'coder' is in use",
    "event-hook ok: /vol/hooks/gateway-event is told of events",
  ]);
});

test("examine() finds a profile in use that does not exist, or is none", async () => {
  const { disk, look } = installation();
  disk.putFile("/vol/active_profile", "codre\n");
  expect(await look()).toEqual([
    "current-profile problem: the profile in use, 'codre', does not exist",
  ]);
  disk.putFile("/vol/active_profile", "../x\n");
  expect((await look())[0]).toStartWith("current-profile problem: Cannot tell the current profile");
  disk.putLink("/vol/active_profile", "/nowhere");
  expect((await look())[0]).toEndWith("/vol/active_profile is a link that leads nowhere");
});

test("examine() finds a rename that was interrupted, before and after its moment", async () => {
  for (const [from, to] of [
    ["coder", "writer"],
    ["writer", "coder"],
  ]) {
    const { disk, look } = installation();
    const note = JSON.stringify({ version: 1, from, to, start: true });
    disk.putFile("/vol/profiles/coder/.rename.json", note);
    expect(await look()).toEqual([
      `renames warning: the rename of profile '${from}' to '${to}' was interrupted`,
    ]);
  }
});

test("examine() finds a hook that is not run, and says why", async () => {
  const { disk, look } = installation();
  disk.putFile("/vol/hooks/gateway-event", "", { mode: 0o644 });
  expect(await look()).toEqual([
    "event-hook problem: the hook is not run: /vol/hooks/gateway-event is not executable",
  ]);
});

test("examine() finds a hook that it cannot look at, and goes on", async () => {
  const { disk, look } = installation();
  disk.putDirectory("/vol/hooks");
  disk.fail("/vol/hooks", "read", "EACCES");
  expect(await look()).toEqual([
    "event-hook problem: the hook is not run: /vol/hooks/gateway-event cannot be looked at: permission denied",
  ]);
});

test("examine() finds a hook that failed last, until it takes an event again", async () => {
  const { disk, look } = installation();
  disk.putFile("/vol/hooks/gateway-event", "", { mode: 0o755 });
  const at = "2026-11-20T07:00:00.000Z";
  const line = (event: string, reason: string | null) =>
    `${JSON.stringify({ version: 2, at, event, profile: "coder", pid: null, reason, exit: null, backoffMs: null, recentCrashes: 0 })}\n`;
  const failed = line("parked", "no token") + line("hook-failed", "told of 'parked': no");
  disk.putFile("/vol/logs/gateway-events.log", failed + line("registered", "at boot, down"));
  expect(await look()).toEqual([
    `event-hook warning: the hook failed last (${at}): told of 'parked': no`,
  ]);
  disk.putFile("/vol/logs/gateway-events.log", failed + line("started", null));
  expect(await look()).toEqual(["event-hook ok: /vol/hooks/gateway-event is told of events"]);
});

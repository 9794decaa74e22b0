import { expect, test } from "bun:test";
import { createGateways } from "../../../src/gateway/gateways.ts";
import { createS6Manager } from "../../../src/services/s6/manager.ts";
import { readAccess } from "../../../src/services/s6/slot-access.ts";
import { FakeHost, HERMES } from "../../support/fake-host.ts";
import { installS6 } from "../../support/fake-s6.ts";
import { profileName } from "../../support/names.ts";

const CODER = profileName("coder");
const SCAN = "/run/service";
const SLOT = `${SCAN}/gateway-coder`;
const CLOSED = "a process of user hermes prevented it; only root may control gateway 'coder' now";

/**
 * A gateway that runs, in a container whose s6-svc fails as it does on a FIFO that is full; the next supervisor takes
 * commands.
 */
function flooded(uid: number) {
  const host = new FakeHost({ uid, users: [HERMES], environment: { PATH: "/usr/bin" } });
  const s6 = installS6(host);
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  host.disk.putFile("/vol/profiles/coder/SOUL.md", "", { uid: 10_000 });
  host.disk.putDirectory(SLOT);
  host.disk.putFile(`${SLOT}/log/run`, "");
  s6.supervise(SLOT, { up: true, wantedUp: true, ready: true, pid: 77 });
  for (const service of [SLOT, `${SLOT}/log`]) {
    host.files.setMode(`${service}/supervise/control`, 0o620);
  }
  host.table.start(77);
  const first = s6.services.get(SLOT);
  host.table.install("s6-svc", ([flag = ""]) => {
    const service = s6.services.get(SLOT);
    if (service === first || service === undefined) return { exitCode: 111, stderr: "full" };
    if (flag === "-u") Object.assign(service, { up: true, wantedUp: true, ready: true, pid: 78 });
    return {};
  });
  const state = () => host.disk.text("/vol/profiles/coder/gateway_state.json") ?? "";
  return { host, s6, state, gateways: createGateways(host, "/vol", createS6Manager(host)) };
}

test("Gateways.stop() as root takes the gateway out of s6 and registers it down, for root alone", async () => {
  const { host, s6, state, gateways } = flooded(0);
  expect(await gateways.stop(CODER)).toMatchObject({ changed: true, warnings: [CLOSED] });
  expect(s6.services.get(SLOT)).toMatchObject({ up: false, wantedUp: false });
  expect(readAccess(host, CODER)).toBe("root-only");
  expect(state()).toContain('"desired_state": "stopped"');
  expect(await gateways.start(CODER)).toMatchObject({ pid: 78, warnings: [] });
  expect(readAccess(host, CODER)).toBe("hermes");
});

test("Gateways.stop() as root is done also if the gateway cannot be registered again", async () => {
  const { host, s6, gateways } = flooded(0);
  host.disk.fail(`${SCAN}/.gateway-coder.tmp`, "write", "ENOSPC");
  const { warnings } = await gateways.stop(CODER);
  expect(warnings).toEqual([
    "gateway 'coder' is not registered: Cannot publish gateway 'coder' in /run/service: no space left on device; `hermes -p coder gateway start` registers it",
  ]);
  expect(s6.services.size).toBe(0);
});

test("Gateways.restart() as root lets only root control the gateway", async () => {
  const { host, gateways } = flooded(0);
  expect(await gateways.restart(CODER)).toMatchObject({ pid: 78, warnings: [CLOSED] });
  expect(readAccess(host, CODER)).toBe("root-only");
});

test("Gateways.suspend() as root leaves nothing of the gateway in s6", async () => {
  const { s6, gateways } = flooded(0);
  await gateways.suspend(CODER, "any-state");
  expect(s6.services.size).toBe(0);
});

test("Gateways.stop() as hermes takes nothing out of s6", async () => {
  const { s6, gateways } = flooded(10_000);
  expect(gateways.stop(CODER)).rejects.toThrow("s6-svc stop on 'gateway-coder' failed");
  await Bun.sleep(0);
  expect(s6.services.size).toBe(1);
});

test("Gateways refuses hermes a gateway that only root may control", async () => {
  const { host, gateways } = flooded(10_000);
  host.files.setMode(`${SLOT}/supervise/control`, 0o600);
  host.disk.fail(SCAN, "write", "EACCES");
  const said = "gateway 'coder': only root may control it now";
  for (const work of [gateways.start, gateways.stop, gateways.restart]) {
    expect(work(CODER)).rejects.toThrow(said);
  }
  expect(gateways.suspend(CODER, "any-state")).rejects.toThrow(said);
});

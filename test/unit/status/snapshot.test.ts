import { expect, test } from "bun:test";
import { takeSnapshot } from "../../../src/status/snapshot.ts";
import { createNoServiceManager } from "../../../src/services/none.ts";
import { createS6Manager } from "../../../src/services/s6/manager.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { installS6, type FakeService } from "../../support/fake-s6.ts";

function installation(gateways: Readonly<Record<string, Partial<FakeService>>> = {}) {
  const host = new FakeHost();
  const s6 = installS6(host);
  for (const [name, service] of Object.entries(gateways)) {
    host.disk.putDirectory(`/run/service/gateway-${name}`);
    s6.supervise(`/run/service/gateway-${name}`, service);
    if (name !== "default") host.disk.putFile(`/vol/profiles/${name}/SOUL.md`, "");
  }
  const take = () => takeSnapshot(host, "/vol", createS6Manager(host, "/vol"));
  return { host, take };
}

test.each([
  [{ up: true, wantedUp: true, ready: true, pid: 5 }, "ready", 5],
  [{ up: true, wantedUp: true, ready: false, pid: 5 }, "starting", 5],
  [{ up: true, wantedUp: false, ready: true, pid: 5 }, "stopping", 5],
  [{ up: false, wantedUp: true }, "restarting", null],
  [{ up: false, wantedUp: false }, "down", null],
])("takeSnapshot() says of %j that it is %s", async (service, is, pid) => {
  const { gateways } = await installation({ default: service }).take();
  expect(gateways.length).toBe(1);
  expect(gateways[0]).toMatchObject({
    profile: "default",
    wanted: null,
    is,
    pid,
    secondsInState: 7,
    problem: null,
  });
});

test("takeSnapshot() shows a profile without a slot, and a slot without a profile", async () => {
  const { host, take } = installation({ default: {} });
  host.disk.putFile("/vol/profiles/coder/SOUL.md", "");
  host.disk.putDirectory("/run/service/gateway-orphan");
  const { gateways } = await take();
  expect(gateways.map(({ profile, is }) => [String(profile), is])).toEqual([
    ["default", "down"],
    ["coder", "not-registered"],
    ["orphan", "not-registered"],
  ]);
});

test("takeSnapshot() shows the intent beside what is", async () => {
  const { host, take } = installation({ coder: { up: false } });
  host.disk.putFile("/vol/profiles/coder/gateway_state.json", '{"desired_state": "running"}');
  const { gateways } = await take();
  expect(gateways[1]).toMatchObject({ profile: "coder", wanted: "running", is: "down" });
});

test("takeSnapshot() goes on past a gateway that cannot be asked", async () => {
  const { take } = installation({ default: {}, coder: { broken: "s6-svstat: fatal: no" } });
  const { gateways } = await take();
  expect(gateways.map(({ is }) => is)).toEqual(["down", "unknown"]);
  expect(gateways[1]?.problem).toBe(
    "s6-svstat on 'gateway-coder' failed (rc=111): s6-svstat: fatal: no",
  );
});

test("takeSnapshot() is version 1 and names the manager and the home", async () => {
  const { host } = installation();
  expect(await takeSnapshot(host, "/vol", createNoServiceManager())).toMatchObject({
    version: 1,
    manager: "none (gateways run in the foreground)",
    home: "/vol",
    gateways: [{ profile: "default", is: "not-registered" }],
  });
});

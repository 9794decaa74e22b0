import { expect, test } from "bun:test";
import { parseJson } from "../../../src/core/json.ts";
import { createGateways } from "../../../src/gateway/gateways.ts";
import { readStopNotice } from "../../../src/gateway/record/stop-notice.ts";
import { DEFAULT_PROFILE } from "../../../src/profiles/name.ts";
import { createS6Manager } from "../../../src/services/s6/manager.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { installS6, type FakeService } from "../../support/fake-s6.ts";
import { profileName } from "../../support/names.ts";

const CODER = profileName("coder");
const SLOT = "/run/service/gateway-coder";
const RUNNING = { up: true, wantedUp: true, ready: true, pid: 77 } as const;

/** An installation with one profile. */
function installation() {
  const host = new FakeHost({ uid: 0, environment: { XDG_RUNTIME_DIR: "/run/user" } });
  const s6 = installS6(host);
  host.disk.putFile("/vol/profiles/coder/SOUL.md", "");
  const supervise = (service: Partial<FakeService> = {}) => {
    host.disk.putDirectory(SLOT);
    return s6.supervise(SLOT, service);
  };
  const intent = (path = "/vol/profiles/coder") =>
    parseJson(host.disk.text(`${path}/gateway_state.json`) ?? "");
  return {
    host,
    s6,
    supervise,
    intent,
    gateways: createGateways(host, "/vol", createS6Manager(host)),
  };
}

test("startGateway() records the desired state and returns the pid", async () => {
  const { gateways, supervise, intent } = installation();
  const service = supervise();
  const outcome = await gateways.start(CODER);
  expect(outcome).toEqual({ changed: true, pid: service.pid, warnings: [] });
  expect(intent()).toMatchObject({ desired_state: "running" });
});

test("startGateway() says that nothing changed if the gateway runs", async () => {
  const { gateways, supervise } = installation();
  supervise(RUNNING);
  expect(await gateways.start(CODER)).toEqual({ changed: false, pid: 77, warnings: [] });
});

test("startGateway() registers a profile that has no slot", async () => {
  const { host, gateways } = installation();
  expect(await gateways.start(CODER)).toMatchObject({ changed: true });
  expect(host.disk.has(`${SLOT}/run`)).toBe(true);
});

test("startGateway() registers the root profile, which needs no marker", async () => {
  const { host, gateways } = installation();
  expect(await gateways.start(DEFAULT_PROFILE)).toMatchObject({ changed: true });
  expect(host.disk.has("/run/service/gateway-default/run")).toBe(true);
});

test("createGateways() refuses a profile that does not exist, with the contract's words", async () => {
  const { host, gateways } = installation();
  const before = host.disk.snapshot();
  for (const act of [gateways.start, gateways.stop, gateways.restart]) {
    expect(act(profileName("typo"))).rejects.toThrow(
      expect.objectContaining({
        code: "no-such-gateway",
        message:
          "no such gateway 'typo': register it with `hermes profile create typo` first, or pass an existing profile name via `-p <name>`",
      }),
    );
  }
  expect(host.disk.snapshot()).toEqual(before);
});

test("startGateway() starts the gateway and warns if the volume takes no desired state", async () => {
  const { host, gateways, supervise } = installation();
  supervise();
  host.disk.fail("/vol", "write", "EROFS");
  const { changed, warnings } = await gateways.start(CODER);
  expect(changed).toBe(true);
  expect(warnings).toEqual([
    "gateway 'coder' will not be running after a restart of the container: the desired state is not on disk (read-only file system)",
  ]);
});

test("stopGateway() records the desired state, announces itself and brings the gateway down", async () => {
  const { host, gateways, supervise, intent } = installation();
  const service = supervise(RUNNING);
  host.table.start(77, { startTime: 555 });
  expect(await gateways.stop(CODER)).toEqual({ changed: true, pid: null, warnings: [] });
  expect(service.up).toBe(false);
  expect(intent()).toMatchObject({ desired_state: "stopped" });
  expect(readStopNotice(host, CODER, { pid: 77, startTime: 555 })).toBe("stop");
});

test("stopGateway() says that nothing changed if the gateway is down", async () => {
  const { gateways, supervise, intent } = installation();
  supervise();
  expect(await gateways.stop(CODER)).toMatchObject({ changed: false });
  expect(intent()).toMatchObject({ desired_state: "stopped" });
});

test("stopGateway() records the desired state of a profile that has no slot", async () => {
  const { gateways, intent } = installation();
  expect(await gateways.stop(CODER)).toEqual({ changed: false, pid: null, warnings: [] });
  expect(intent()).toMatchObject({ desired_state: "stopped" });
});

test("stopGateway() without a slot warns, too, if the volume takes no desired state", async () => {
  const { host, gateways } = installation();
  host.disk.fail("/vol", "write", "ENOSPC");
  const { warnings } = await gateways.stop(CODER);
  expect(warnings).toEqual([expect.stringContaining("will not be stopped after a restart")]);
});

test("restartGateway() gives a new process, and wants it to run", async () => {
  const { gateways, supervise, intent } = installation();
  supervise(RUNNING);
  const { changed, pid } = await gateways.restart(CODER);
  expect(changed).toBe(true);
  expect(pid).not.toBe(77);
  expect(intent()).toMatchObject({ desired_state: "running" });
});

test("startGateway() and stopGateway() keep the desired state that a gateway overwrites meanwhile", async () => {
  const { host, gateways, supervise, intent } = installation();
  const service = supervise({ readyAfter: 1000 });
  const overwrite = (desired: string) =>
    host.disk.putFile(
      "/vol/profiles/coder/gateway_state.json",
      `{"desired_state": "${desired}", "gateway_state": "running"}`,
    );
  host.clock.after(500, () => overwrite("stopped"));
  await gateways.start(CODER);
  expect(intent()).toMatchObject({ desired_state: "running", gateway_state: "running" });
  service.finished = false;
  host.clock.after(500, () => {
    overwrite("running");
    service.finished = true;
  });
  await gateways.stop(CODER);
  expect(intent()).toMatchObject({ desired_state: "stopped" });
});

test("startGateway() and stopGateway() record the desired state also if they fail", async () => {
  const { gateways, supervise, intent } = installation();
  supervise({ failsWith: 1 });
  expect(gateways.start(CODER)).rejects.toThrow("Cannot start");
  expect(intent()).toMatchObject({ desired_state: "running" });
  supervise({ ...RUNNING, stubborn: true });
  expect(gateways.stop(CODER)).rejects.toThrow("Cannot stop");
  expect(intent()).toMatchObject({ desired_state: "stopped" });
});

test("restartGateway() records the desired state also if it fails", async () => {
  const { gateways, supervise, intent } = installation();
  supervise({ ...RUNNING, stubborn: true });
  expect(gateways.restart(CODER)).rejects.toThrow("Cannot stop");
  expect(intent()).toMatchObject({ desired_state: "running" });
});

test("stopGateway() ends a gateway that is about to be started again", async () => {
  const { gateways, supervise } = installation();
  const service = supervise({ up: false, wantedUp: true });
  expect(await gateways.stop(CODER)).toMatchObject({ changed: true });
  expect(service.wantedUp).toBe(false);
});

test("startGateway() publishes nothing if the slot is supervised", async () => {
  const { host, gateways, supervise } = installation();
  supervise();
  await gateways.start(CODER);
  const programs = host.table.commands.map(([program]) => program);
  expect(programs).not.toContain("/command/s6-svscanctl");
  expect(programs).not.toContain("/usr/bin/mkfifo");
});

test("startGateway() of a new slot waits for s6-supervise's first status", async () => {
  const { s6, gateways } = installation();
  s6.statusDelay = 300;
  expect(await gateways.start(CODER)).toMatchObject({ changed: true });
});

test("startGateway() of a slot that was just published waits for s6-supervise's first status", async () => {
  const { s6, gateways, supervise } = installation();
  s6.statusDelay = 300;
  supervise();
  expect(await gateways.start(CODER)).toMatchObject({ changed: true });
});

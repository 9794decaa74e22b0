import { expect, test } from "bun:test";
import { parseJson } from "../../../../src/core/json.ts";
import { readEndNotice } from "../../../../src/gateway/record/stop-notice.ts";
import { DEFAULT_PROFILE } from "../../../../src/profiles/name.ts";
import { createS6Manager } from "../../../../src/services/s6/manager.ts";
import { FakeHost } from "../../../support/fake-host.ts";
import { installS6, type FakeService } from "../../../support/fake-s6.ts";
import { profileName } from "../../../support/names.ts";

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
  return { host, s6, supervise, intent, manager: createS6Manager(host, "/vol") };
}

test("S6Manager.start() records the intent and says the pid", async () => {
  const { manager, supervise, intent } = installation();
  const service = supervise();
  const outcome = await manager.start(CODER);
  expect(outcome).toEqual({ changed: true, pid: service.pid, warnings: [] });
  expect(intent()).toMatchObject({ desired_state: "running" });
});

test("S6Manager.start() says that nothing changed where the gateway runs", async () => {
  const { manager, supervise } = installation();
  supervise(RUNNING);
  expect(await manager.start(CODER)).toEqual({ changed: false, pid: 77, warnings: [] });
});

test("S6Manager.start() registers a profile that has no slot", async () => {
  const { host, manager } = installation();
  expect(await manager.start(CODER)).toMatchObject({ changed: true });
  expect(host.disk.has(`${SLOT}/run`)).toBe(true);
});

test("S6Manager.start() registers the root profile, which needs no marker", async () => {
  const { host, manager } = installation();
  expect(await manager.start(DEFAULT_PROFILE)).toMatchObject({ changed: true });
  expect(host.disk.has("/run/service/gateway-default/run")).toBe(true);
});

test("S6Manager refuses a profile that does not exist, with the contract's words", async () => {
  const { host, manager } = installation();
  const before = host.disk.snapshot();
  for (const act of [manager.start, manager.stop, manager.restart]) {
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

test("S6Manager.start() starts the gateway and warns where the volume takes no intent", async () => {
  const { host, manager, supervise } = installation();
  supervise();
  host.disk.fail("/vol", "write", "EROFS");
  const { changed, warnings } = await manager.start(CODER);
  expect(changed).toBe(true);
  expect(warnings).toEqual([
    "gateway 'coder' will not be running after a restart of the container: the desired state is not on disk (read-only file system)",
  ]);
});

test("S6Manager.stop() records the intent, announces itself and brings the gateway down", async () => {
  const { host, manager, supervise, intent } = installation();
  const service = supervise(RUNNING);
  host.table.start(77, { startTime: 555 });
  expect(await manager.stop(CODER)).toEqual({ changed: true, pid: null, warnings: [] });
  expect(service.up).toBe(false);
  expect(intent()).toMatchObject({ desired_state: "stopped" });
  expect(readEndNotice(host, CODER, { pid: 77, startTime: 555 })).toBe("stop");
});

test("S6Manager.stop() says that nothing changed where the gateway is down", async () => {
  const { manager, supervise, intent } = installation();
  supervise();
  expect(await manager.stop(CODER)).toMatchObject({ changed: false });
  expect(intent()).toMatchObject({ desired_state: "stopped" });
});

test("S6Manager.stop() records the intent of a profile that has no slot", async () => {
  const { manager, intent } = installation();
  expect(await manager.stop(CODER)).toEqual({ changed: false, pid: null, warnings: [] });
  expect(intent()).toMatchObject({ desired_state: "stopped" });
});

test("S6Manager.stop() without a slot warns, too, where the volume takes no intent", async () => {
  const { host, manager } = installation();
  host.disk.fail("/vol", "write", "ENOSPC");
  const { warnings } = await manager.stop(CODER);
  expect(warnings).toEqual([expect.stringContaining("will not be stopped after a restart")]);
});

test("S6Manager.restart() gives a new process, and wants it to run", async () => {
  const { manager, supervise, intent } = installation();
  supervise(RUNNING);
  const { changed, pid } = await manager.restart(CODER);
  expect(changed).toBe(true);
  expect(pid).not.toBe(77);
  expect(intent()).toMatchObject({ desired_state: "running" });
});

test("S6Manager.readGateway() and isRunning() know a gateway without a slot", async () => {
  const { manager, supervise } = installation();
  expect(await manager.readGateway(CODER)).toBeNull();
  expect(await manager.isRunning(CODER)).toBe(false);
  supervise(RUNNING);
  expect(await manager.isRunning(CODER)).toBe(true);
});

test("S6Manager asks the registrar where the scan directory is not ours to write", async () => {
  const { host, s6, manager } = installation();
  host.disk.fail("/run/service", "write", "EACCES");
  host.table.install("s6-sudo", ([, verb]) => {
    if (verb === "register") s6.supervise(SLOT);
    return {};
  });
  expect(await manager.registerProfileGateway(CODER)).toBe("registered");
  await manager.unregisterProfileGateway(CODER);
  const asked = host.table.commands.filter(([program]) => program === "/command/s6-sudo");
  expect(asked.map((command) => command.slice(2))).toEqual([
    ["register", "coder"],
    ["unregister", "coder"],
  ]);
});

test("S6Manager.unregisterProfileGateway() takes a gateway that another removal was faster with as gone", async () => {
  const { host, manager, supervise } = installation();
  supervise(RUNNING);
  host.disk.fail("/run/service", "write", "EACCES");
  const refusal = {
    exitCode: 4,
    stderr: "✗ Cannot unregister gateway 'coder': no such gateway\n",
  };
  host.table.install("s6-sudo", () => refusal);
  expect(manager.unregisterProfileGateway(CODER)).rejects.toThrow("no such gateway");
  host.table.install("s6-sudo", () => {
    host.disk.removeForTest(SLOT);
    return refusal;
  });
  await manager.unregisterProfileGateway(CODER);
});

test("S6Manager.start() and stop() keep the intent that a gateway overwrites meanwhile", async () => {
  const { host, manager, supervise, intent } = installation();
  const service = supervise({ readyAfter: 1000 });
  const overwrite = (desired: string) =>
    host.disk.putFile(
      "/vol/profiles/coder/gateway_state.json",
      `{"desired_state": "${desired}", "gateway_state": "running"}`,
    );
  host.clock.after(500, () => overwrite("stopped"));
  await manager.start(CODER);
  expect(intent()).toMatchObject({ desired_state: "running", gateway_state: "running" });
  service.finished = false;
  host.clock.after(500, () => {
    overwrite("running");
    service.finished = true;
  });
  await manager.stop(CODER);
  expect(intent()).toMatchObject({ desired_state: "stopped" });
});

test("S6Manager.start() and stop() leave the intent behind also where they fail", async () => {
  const { manager, supervise, intent } = installation();
  supervise({ failsWith: 1 });
  expect(manager.start(CODER)).rejects.toThrow("Cannot start");
  expect(intent()).toMatchObject({ desired_state: "running" });
  supervise({ ...RUNNING, stubborn: true });
  expect(manager.stop(CODER)).rejects.toThrow("Cannot stop");
  expect(intent()).toMatchObject({ desired_state: "stopped" });
});

test("S6Manager.restart() leaves the intent behind also where it fails", async () => {
  const { manager, supervise, intent } = installation();
  supervise({ ...RUNNING, stubborn: true });
  expect(manager.restart(CODER)).rejects.toThrow("Cannot stop");
  expect(intent()).toMatchObject({ desired_state: "running" });
});

test("S6Manager.stop() ends a gateway that is about to be started again", async () => {
  const { manager, supervise } = installation();
  const service = supervise({ up: false, wantedUp: true });
  expect(await manager.stop(CODER)).toMatchObject({ changed: true });
  expect(service.wantedUp).toBe(false);
});

test("S6Manager.start() publishes nothing where the slot is supervised", async () => {
  const { host, manager, supervise } = installation();
  supervise();
  await manager.start(CODER);
  const programs = host.table.commands.map(([program]) => program);
  expect(programs).not.toContain("/command/s6-svscanctl");
  expect(programs).not.toContain("/usr/bin/mkfifo");
});

test("S6Manager.start() of a new slot waits for s6-supervise's first status", async () => {
  const { s6, manager } = installation();
  s6.statusDelay = 300;
  expect(await manager.start(CODER)).toMatchObject({ changed: true });
});

test("S6Manager.start() of a slot that was just published waits for s6-supervise's first status", async () => {
  const { s6, manager, supervise } = installation();
  s6.statusDelay = 300;
  supervise();
  expect(await manager.start(CODER)).toMatchObject({ changed: true });
});

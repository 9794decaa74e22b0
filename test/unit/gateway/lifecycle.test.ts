import { describe, expect, test } from "bun:test";
import { announceStop, readStopNotice } from "../../../src/gateway/record/stop-notice.ts";
import {
  EMPTY_RECORD,
  readExitRecord,
  writeExitRecord,
  type ExitRecord,
} from "../../../src/gateway/record/exit-record.ts";
import type { RecordedExit } from "../../../src/gateway/record/exit.ts";
import { createGateways } from "../../../src/gateway/gateways.ts";
import { createS6Manager } from "../../../src/services/s6/manager.ts";
import { TEST_UPTIME } from "../../support/fake-clock.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { installS6, type FakeService } from "../../support/fake-s6.ts";
import { profileName } from "../../support/names.ts";

const CODER = profileName("coder");
const SLOT = "/run/service/gateway-coder";
const RUNNING = { up: true, wantedUp: true, ready: true, pid: 77 } as const;
const SELF = { pid: 77, startTime: 7700 };
const LOCK = "/run/hermes/gateway-coder.restart.lock";

const crash = (more: Partial<RecordedExit> = {}): RecordedExit => ({
  at: 1,
  pid: 90,
  startTime: 9000,
  code: 1,
  signal: null,
  ranMs: 1,
  meaning: "crashed",
  reason: "crashed with exit code 1",
  backoffMs: 4000,
  ...more,
});

/** A container with gateway `coder`, and what the exit policy knows of it. */
function container(service: Partial<FakeService>, record: Partial<ExitRecord> = {}) {
  const host = new FakeHost({ environment: { PATH: "/usr/bin" } });
  const s6 = installS6(host);
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  host.disk.putFile("/vol/profiles/coder/SOUL.md", "");
  host.disk.putDirectory(SLOT);
  const state = s6.supervise(SLOT, service);
  if (service.pid !== undefined) host.table.start(service.pid);
  writeExitRecord(host, CODER, { ...EMPTY_RECORD, ...record });
  const asked = () =>
    host.table.commands.flatMap(([program, flag]) => (program === "/command/s6-svc" ? [flag] : []));
  return { host, state, asked, gateways: createGateways(host, "/vol", createS6Manager(host)) };
}

const WAITING = { up: true, wantedUp: true, ready: false, pid: 77 } as const;
const DELAYED = { backoffUntil: TEST_UPTIME + 30_000, crashes: [TEST_UPTIME, TEST_UPTIME] };

/** Another restart is under way and done after a second. */
function contended(service: Partial<FakeService>, after: Partial<FakeService>) {
  const made = container(service);
  const release = made.host.holdLock(LOCK);
  made.host.clock.after(1000, () => {
    Object.assign(made.state, after);
    release();
  });
  return made;
}

describe("startGateway()", () => {
  test("cuts a delay short, and begins afresh", async () => {
    const { host, gateways, asked } = container(WAITING, DELAYED);
    expect(await gateways.start(CODER)).toMatchObject({ changed: true, warnings: [] });
    expect(asked()).toEqual(["-d", "-u"]);
    expect(host.clock.elapsed()).toBeLessThan(100);
    expect(readExitRecord(host, CODER)).toMatchObject({ backoffUntil: null, crashes: [] });
  });

  test("does not disturb a gateway that starts", async () => {
    const { host, state, gateways, asked } = container(WAITING);
    host.clock.after(2000, () => {
      state.ready = true;
    });
    expect(await gateways.start(CODER)).toMatchObject({ changed: false, pid: 77 });
    expect(asked()).toEqual(["-u"]);
  });

  test("takes back a stop that was announced and never came", async () => {
    const { host, gateways } = container(RUNNING);
    announceStop(host, CODER, SELF, "stop");
    expect(await gateways.start(CODER)).toMatchObject({ changed: false, pid: 77 });
    expect(readStopNotice(host, CODER, SELF)).toBeNull();
  });

  test("waits for the end of a gateway that is stopping, which would undo it", async () => {
    const { host, state, gateways, asked } = container({ ...RUNNING, wantedUp: false });
    host.clock.after(3000, () => Object.assign(state, { up: false, ready: false, pid: -1 }));
    expect(await gateways.start(CODER)).toMatchObject({ changed: true });
    expect(asked()).toEqual(["-u"]);
    expect(host.clock.elapsed()).toBeGreaterThanOrEqual(3000);
  });

  test("forgets what kept the gateway down", async () => {
    const { host, gateways } = container(
      {},
      { parkedReason: "crashed 8 times", crashes: [TEST_UPTIME] },
    );
    expect(await gateways.start(CODER)).toMatchObject({ changed: true });
    expect(readExitRecord(host, CODER)).toMatchObject({ parkedReason: null, crashes: [] });
  });

  test.each([
    [
      crash({ backoffMs: null, meaning: "finished", reason: "finished on purpose" }),
      1,
      "it finished on purpose",
    ],
    [crash(), 3, "it crashed with exit code 1, 3 times now, and starts again in 4 s"],
  ])("says at once why it cannot: %#", async (exit, count, why) => {
    const { host, gateways } = container({ readyAfter: null }, { exits: [crash({ at: 0 })] });
    host.clock.after(200, () =>
      writeExitRecord(host, CODER, {
        ...EMPTY_RECORD,
        crashes: Array.from({ length: count }, () => TEST_UPTIME),
        exits: [crash({ at: 0 }), exit],
      }),
    );
    expect(gateways.start(CODER)).rejects.toThrow(`Cannot start 'gateway-coder': ${why}`);
    expect(host.clock.elapsed()).toBeLessThan(500);
  });

  test("waits on after one crash: the next start may do", async () => {
    const { host, state, gateways } = container({ readyAfter: null });
    host.clock.after(200, () =>
      writeExitRecord(host, CODER, { ...EMPTY_RECORD, crashes: [TEST_UPTIME], exits: [crash()] }),
    );
    host.clock.after(1500, () => {
      state.ready = true;
    });
    expect(await gateways.start(CODER)).toMatchObject({ changed: true });
  });

  test("starts the gateway if the run-time directory takes no writes, and says so", async () => {
    const { host, gateways } = container({}, DELAYED);
    host.disk.fail("/run/hermes", "write", "ENOSPC");
    const { warnings } = await gateways.start(CODER);
    expect(warnings).toEqual([
      "cannot forget the crashes of gateway 'coder': no space left on device",
    ]);
  });
});

test("startGateway() registers nothing while the container stops", async () => {
  const { host, gateways } = container({});
  host.files.removeTree(SLOT);
  host.disk.putFile("/run/hermes-boot/shutting-down", "");
  expect(gateways.start(CODER)).rejects.toThrow(
    expect.objectContaining({
      exitCode: 75,
      message: "Cannot register gateway 'coder': the container is stopping",
    }),
  );
});

describe("stopGateway()", () => {
  test("during a delay ends it at once", async () => {
    const { host, state, gateways } = container(WAITING, DELAYED);
    expect(await gateways.stop(CODER)).toMatchObject({ changed: true });
    expect(state.wantedUp).toBe(false);
    expect(host.clock.elapsed()).toBe(0);
  });

  test("stops the gateway if it cannot announce it, and says so", async () => {
    const { host, state, gateways } = container(RUNNING);
    host.disk.fail("/run/hermes", "write", "ENOSPC");
    const { warnings } = await gateways.stop(CODER);
    expect(warnings).toEqual([
      "cannot announce the stop to gateway 'coder': no space left on device",
    ]);
    expect(state.up).toBe(false);
  });
});

describe("stopGateway() and restartGateway()", () => {
  test.each(["stop", "restart"] as const)(
    "announce %s in the form that the agent reads, until the gateway is down",
    async (verb) => {
      const { host, state, gateways } = container({ ...RUNNING, stubborn: true });
      const path = "/vol/profiles/coder/.gateway-planned-stop.json";
      let notice: unknown = null;
      host.clock.after(100, () => {
        notice = JSON.parse(host.disk.text(path) ?? "null");
        Object.assign(state, { stubborn: false, up: verb === "restart", pid: 78, ready: true });
      });
      expect(await gateways[verb](CODER)).toMatchObject({ changed: true, warnings: [] });
      expect(notice).toMatchObject({ target_pid: 77, target_start_time: 7700 });
      expect(host.files.exists(path)).toBe(false);
    },
  );

  test("do without that form on a volume that takes no writes", async () => {
    const { host, state, gateways } = container(RUNNING);
    host.disk.fail("/vol", "write", "EROFS");
    const { warnings } = await gateways.stop(CODER);
    expect(warnings.join()).not.toContain("agent");
    expect(state.up).toBe(false);
  });

  test("are refused from inside the gateway, and change nothing", async () => {
    const { host, gateways, asked } = container(RUNNING);
    host.table.start(host.self.pid, { parent: 80 });
    host.table.start(80, { parent: 77 });
    const before = host.disk.snapshot();
    for (const [verb, act] of [
      ["stop", gateways.stop],
      ["restart", gateways.restart],
    ] as const) {
      expect(act(CODER)).rejects.toThrow(
        expect.objectContaining({
          code: "refused",
          message: `Cannot ${verb} gateway 'coder' from inside itself`,
        }),
      );
    }
    await Bun.sleep(0);
    expect(asked()).toEqual([]);
    expect(host.disk.snapshot()).toEqual(before);
  });
});

describe("restartGateway()", () => {
  test("announces itself and is one command, which cannot be interrupted half-way", async () => {
    const { host, gateways, asked } = container(RUNNING);
    const { changed, pid } = await gateways.restart(CODER);
    expect(changed).toBe(true);
    expect(pid).not.toBe(77);
    expect(readStopNotice(host, CODER, SELF)).toBe("restart");
    expect(asked()[0]).toBe("-du");
  });

  test.each([
    ["down", {}, {}],
    ["parked", {}, { parkedReason: "crashed 8 times", crashes: [TEST_UPTIME] }],
  ])("starts a gateway that is %s, afresh", async (_, service, record) => {
    const { host, gateways, asked } = container(service, record);
    expect(await gateways.restart(CODER)).toMatchObject({ changed: true, warnings: [] });
    expect(asked()).toEqual(["-u"]);
    expect(readExitRecord(host, CODER)).toMatchObject({ parkedReason: null, crashes: [] });
  });

  test("cuts a delay short", async () => {
    const { host, gateways } = container(WAITING, DELAYED);
    expect(await gateways.restart(CODER)).toMatchObject({ changed: true });
    expect(host.clock.elapsed()).toBeLessThan(100);
  });

  test.each([
    ["a new process", RUNNING, { pid: 78 }],
    ["the one that was starting", WAITING, { ready: true }],
  ])("is answered by a restart under way that leads to %s", async (_, service, after) => {
    const { gateways, asked } = contended(service, after);
    expect(await gateways.restart(CODER)).toMatchObject({ changed: false, warnings: [] });
    expect(asked()).toEqual([]);
  });

  test.each([
    ["did not come to its process", RUNNING, {}],
    ["failed", RUNNING, { up: false, ready: false, pid: -1 }],
    ["was stopped by somebody", RUNNING, { pid: 78, wantedUp: false }],
  ])("restarts if the one under way %s", async (_, service, after) => {
    const { gateways } = contended(service, after);
    expect(await gateways.restart(CODER)).toMatchObject({ changed: true });
  });

  test("restarts a gateway that got ready by itself in the meantime", async () => {
    const { host, state, gateways } = container(WAITING);
    const { loadLock } = host;
    Object.assign(host, {
      loadLock: async () => {
        state.ready = true;
        return loadLock();
      },
    });
    expect(await gateways.restart(CODER)).toMatchObject({ changed: true });
  });
});

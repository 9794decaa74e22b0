import { expect, test } from "bun:test";
import type { ServiceStatus, StaticService } from "../../../src/services/manager.ts";
import { judgeService } from "../../../src/status/services.ts";
import { TEST_TIME } from "../../support/fake-clock.ts";

const STATUS: ServiceStatus = {
  up: true,
  wantedUp: true,
  ready: false,
  finished: false,
  pid: 7,
  secondsInState: 3,
  since: TEST_TIME,
  lastExit: null,
};
const DOWN = { ...STATUS, up: false, wantedUp: false, finished: true, pid: null };

function service(status: Partial<ServiceStatus>, part: Partial<StaticService> = {}): StaticService {
  return {
    name: "dashboard",
    reading: { kind: "supervised", status: { ...STATUS, ...status } },
    notifiesReadiness: false,
    isDisabled: false,
    ...part,
  };
}

test("judgeService() accepts a service that is up and never reports readiness", () => {
  expect(judgeService(service({}), {}, false)).toEqual({
    name: "dashboard",
    state: "up",
    detail: null,
    ok: true,
    pid: 7,
    since: "2026-11-20T07:23:05.000Z",
    secondsInState: 3,
  });
});

test.each([
  [service({ ready: true }, { notifiesReadiness: true }), {}, "ready", null, true],
  [service({}, { notifiesReadiness: true }), {}, "starting", null, false],
  [service({ wantedUp: false }), {}, "stopping", null, false],
  [service(DOWN, { isDisabled: true }), {}, "down", "HERMES_DASHBOARD is off", true],
  [
    service(DOWN, { isDisabled: true }),
    { HERMES_DASHBOARD: "1" },
    "down",
    "the container's command is the dashboard",
    true,
  ],
  [
    service(DOWN, { name: "main-hermes", isDisabled: true }),
    {},
    "down",
    "disabled: the container has a command",
    true,
  ],
  [
    service(DOWN, { name: "main-hermes", isDisabled: true }),
    { HERMES_TUI: "yes" },
    "down",
    "disabled: the container runs a terminal session (HERMES_TUI)",
    true,
  ],
  [
    service({ ...DOWN, lastExit: { kind: "code", code: 78 } }),
    {},
    "down",
    "its settings are invalid (exit code 78)",
    false,
  ],
  [
    service({ ...DOWN, lastExit: { kind: "code", code: 1 } }),
    {},
    "down",
    "it exited with code 1",
    false,
  ],
  [service(DOWN), {}, "down", "it was stopped, or a signal ended it", false],
  [
    service({ ...DOWN, finished: false, lastExit: { kind: "code", code: 1 } }),
    {},
    "stopping",
    "it exited with code 1",
    false,
  ],
  [
    service({}, { reading: { kind: "not-registered" } }),
    {},
    "unknown",
    "nothing supervises it",
    false,
  ],
  [service({}, { reading: { kind: "unknown", reason: "no" } }), {}, "unknown", "no", true],
  [
    service({}, { reading: { kind: "unknown", reason: "unable to check: Permission denied" } }),
    {},
    "unknown",
    "hermes may not ask s6: the container lacks the capability CHOWN",
    true,
  ],
] as const)("judgeService() of %j in %j: it is %s", (one, environment, state, detail, ok) => {
  expect(judgeService(one, environment, false)).toMatchObject({ state, detail, ok });
});

test.each([
  service(DOWN),
  service({}, { reading: { kind: "not-registered" } }),
  service({}, { reading: { kind: "unknown", reason: "unable to check: Permission denied" } }),
])("judgeService() gives no cause for what is not up before the boot is over: %j", (one) => {
  expect(judgeService(one, {}, true)).toMatchObject({
    state: "starting",
    detail: "the container is booting",
    ok: true,
  });
});

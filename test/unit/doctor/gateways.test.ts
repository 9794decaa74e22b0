import { expect, test } from "bun:test";
import { EMPTY_RECORD, writeExitRecord } from "../../../src/gateway/record/exit-record.ts";
import type { GatewaySnapshot } from "../../../src/status/snapshot.ts";
import { profileName } from "../../support/names.ts";
import { CRASH, gatewaySnapshot } from "../../support/snapshots.ts";
import { GATEWAY_CHECKS, judgeGateway } from "../../../src/doctor/gateways.ts";
import {
  makeInstallation,
  runCheck,
  runOnFault,
  type FaultCase,
} from "../../support/doctor-installation.ts";

const FAULTS: readonly FaultCase[] = [
  {
    title: "a service that exited",
    check: "services",
    cause: ({ disk, s6 }) => {
      disk.removeForTest("/run/service/dashboard/disabled");
      s6.supervise("/run/service/dashboard", { exitCode: 78 });
    },
    finding: {
      severity: "problem",
      message: "the service 'dashboard' is down",
      cause: "its settings are invalid (exit code 78)",
      remedy:
        "read the container's output; `s6-svc -u /run/service/dashboard` as root starts it again",
    },
  },
  {
    title: "a service whose state hermes may not read",
    check: "services",
    cause: ({ s6 }) => {
      s6.supervise("/run/service/dashboard", { broken: "s6-svstat: fatal: Permission denied" });
    },
    finding: {
      severity: "warning",
      message: "the state of the service 'dashboard' cannot be read",
      cause: "hermes may not ask s6: the container lacks the capability CHOWN",
      remedy: "add `--cap-add CHOWN` to docker run, or run `s6-svstat` as root",
    },
  },
  {
    title: "a gateway that is down although it should run",
    check: "gateways",
    cause: ({ coder }) => void Object.assign(coder, { up: false, wantedUp: false, ready: false }),
    finding: {
      severity: "problem",
      message: "gateway 'coder' should run, but is down",
      cause: "not known",
      remedy: "read `hermes -p coder gateway logs`, then run `hermes -p coder gateway start`",
    },
  },
  {
    title: "a gateway that does not become ready",
    check: "gateways",
    cause: ({ coder }) => void Object.assign(coder, { ready: false, secondsInState: 130 }),
    finding: {
      severity: "problem",
      message: "gateway 'coder' has been starting for 2m and is not ready",
      cause: "it has not reported that it runs",
      remedy:
        "read `hermes -p coder gateway logs`, remove the cause, then run `hermes -p coder gateway restart`",
    },
  },
  {
    title: "a gateway that is up although an operator stopped it",
    check: "gateways",
    cause: ({ disk }) =>
      disk.putFile("/vol/profiles/coder/gateway_state.json", '{"desired_state": "stopped"}'),
    finding: {
      severity: "problem",
      message: "gateway 'coder' should be stopped, but the supervisor keeps it up",
      cause: "it was started without hermes, for example with s6-svc",
      remedy: "run `hermes -p coder gateway stop`",
    },
  },
  {
    title: "a parked gateway",
    check: "gateways",
    cause: ({ host, coder }) => {
      Object.assign(coder, { up: false, wantedUp: false, ready: false });
      writeExitRecord(host, profileName("coder"), {
        ...EMPTY_RECORD,
        parkedReason: "crashed 8 times",
      });
    },
    finding: {
      severity: "problem",
      message:
        "gateway 'coder' is parked: it does not run until `gateway start` or a restart of the container",
      cause: "crashed 8 times",
      remedy:
        "read `hermes -p coder gateway logs`, remove the cause, then run `hermes -p coder gateway start`",
    },
  },
  {
    title: "a gateway whose state cannot be read",
    check: "gateways",
    cause: ({ coder }) => void Object.assign(coder, { broken: "s6-svstat: fatal: no" }),
    finding: {
      severity: "problem",
      message: "the state of gateway 'coder' cannot be read",
      cause: "s6-svstat on 'gateway-coder' failed (rc=111): s6-svstat: fatal: no",
      remedy: "read the container's output (`docker logs`) for errors of the boot",
    },
  },
  {
    title: "a gateway in backoff",
    check: "gateways",
    cause: ({ host, coder }) => {
      Object.assign(coder, { ready: false });
      const now = host.clock.uptime();
      writeExitRecord(host, profileName("coder"), {
        ...EMPTY_RECORD,
        backoffUntil: now + 5000,
        crashes: [now],
      });
    },
    finding: {
      severity: "problem",
      message: "gateway 'coder' crashes (backoff); it is parked after 8 crashes in 10 minutes",
      cause: "5 s after 1 crash: unknown",
      remedy:
        "read `hermes -p coder gateway logs`, remove the cause, then run `hermes -p coder gateway restart`",
    },
  },
  {
    title: "a gateway that starts again after a crash",
    check: "gateways",
    cause: ({ host, coder }) => {
      Object.assign(coder, { ready: false });
      const crashes = [host.clock.uptime()];
      writeExitRecord(host, profileName("coder"), { ...EMPTY_RECORD, crashes });
    },
    finding: {
      severity: "problem",
      message: "gateway 'coder' crashes (starting); it is parked after 8 crashes in 10 minutes",
      cause: "after 1 crash: unknown",
      remedy:
        "read `hermes -p coder gateway logs`, remove the cause, then run `hermes -p coder gateway restart`",
    },
  },
  {
    title: "a gateway that is ready again after a crash",
    check: "gateways",
    cause: ({ host }) => {
      const crashes = [host.clock.uptime() - 300_000];
      writeExitRecord(host, profileName("coder"), { ...EMPTY_RECORD, crashes });
    },
    finding: {
      severity: "warning",
      message:
        "gateway 'coder' is ready, but crashed 1 time in the last ten minutes; it is parked after 8 crashes in 10 minutes",
      cause: "not known",
      remedy: "read `hermes -p coder gateway logs`",
    },
  },
  {
    title: "a gateway that is degraded",
    check: "gateways",
    cause: ({ disk }) =>
      disk.putFile(
        "/vol/profiles/coder/gateway_state.json",
        '{"desired_state": "running", "gateway_state": "degraded", "exit_reason": "no model"}',
      ),
    finding: {
      severity: "warning",
      message: "gateway 'coder' is ready, but degraded",
      cause: "it reports that it is degraded: no model",
      remedy: "read `hermes -p coder gateway logs`",
    },
  },
  {
    title: "two failed boots",
    check: "failed-boots",
    cause: ({ disk }) =>
      disk.putFile(
        "/vol/logs/container-boot.log",
        "2026-11-20T07:23:05+0000 profile=coder prior_state=startup_failed action=started\n".repeat(
          2,
        ),
      ),
    finding: {
      severity: "problem",
      message: "2 boots in a row found that gateway 'coder' had failed to start",
      cause: "its start fails for a reason that outlives a restart of the container",
      remedy: "read `hermes -p coder gateway logs` and `hermes gateway logs --boot`",
    },
  },
  {
    title: "one failed boot",
    check: "failed-boots",
    cause: ({ disk }) =>
      disk.putFile(
        "/vol/logs/container-boot.log",
        "2026-11-20T07:23:05+0000 profile=coder prior_state=startup_failed action=started\n",
      ),
    finding: {
      severity: "warning",
      message: "1 boot found that gateway 'coder' had failed to start",
      cause: "its start fails for a reason that outlives a restart of the container",
      remedy: "read `hermes -p coder gateway logs` and `hermes gateway logs --boot`",
    },
  },
];

test.each(FAULTS)("GATEWAY_CHECKS report $title", async (fault) => {
  expect(await runOnFault(GATEWAY_CHECKS, fault)).toMatchObject([fault.finding]);
});

test.each([
  ["services", "dashboard down (HERMES_DASHBOARD is off)"],
  ["gateways", "1 of 2 gateways should run, and all are in their desired state"],
  ["failed-boots", "the last boot found no gateway that had failed to start"],
])("GATEWAY_CHECKS pass in order: %s", async (check, message) => {
  expect(await runCheck(GATEWAY_CHECKS, check, makeInstallation())).toEqual([
    { severity: "ok", message },
  ]);
});

function judge(part: Partial<GatewaySnapshot>): string | null {
  const finding = judgeGateway(gatewaySnapshot("coder", part), makeInstallation().gateways);
  if (finding === null || finding.severity === "ok") return finding?.severity ?? null;
  return `${finding.severity}: ${finding.message}: ${finding.cause}`;
}

test.each<[title: string, part: Partial<GatewaySnapshot>, finding: string | null]>([
  ["a gateway that is ready", {}, null],
  ["a gateway that is stopping", { state: "stopping" }, null],
  ["a gateway without a slot", { state: "not-registered", drift: "should run" }, null],
  [
    "a gateway whose last exit explains its drift",
    { state: "down", drift: "should run, but is down", lastExit: CRASH },
    "problem: gateway 'coder' should run, but is down: it crashed with exit code 1",
  ],
  [
    "a gateway between an exit and the next start",
    { state: "restarting" },
    "warning: gateway 'coder' is not ready (restarting): not known",
  ],
  [
    "a gateway that crashed before it was ready again",
    { recentCrashes: 2, lastExit: CRASH },
    "warning: gateway 'coder' is ready, but crashed 2 times in the last ten minutes; it is parked after 8 crashes in 10 minutes: it crashed with exit code 1",
  ],
])("judgeGateway() of %s", (_, part, finding) => {
  expect(judge(part)).toBe(finding);
});

test.each([
  ["running", "started gateway 'coder' again"],
  ["stopped", "stopped gateway 'coder'"],
] as const)(
  "judgeGateway() repairs an unsupervised gateway that is %s by order",
  (desired, action) => {
    const gateway = gatewaySnapshot("coder", { state: "unsupervised", desired });
    expect(judgeGateway(gateway, makeInstallation().gateways)).toMatchObject({
      severity: "problem",
      cause: "its s6-supervise was killed",
      repair: { action },
    });
  },
);

import { expect, test } from "bun:test";
import { renderSnapshot } from "../../../src/status/render.ts";
import type { ServiceSnapshot } from "../../../src/status/services.ts";
import { PLAIN_VIEW } from "../../support/plain-view.ts";
import { CRASH, gatewaySnapshot, snapshotOf, visiblePaint } from "../../support/snapshots.ts";

const DASHBOARD: ServiceSnapshot = {
  name: "dashboard",
  state: "down",
  detail: "HERMES_DASHBOARD is off",
  ok: true,
  pid: null,
  since: null,
  secondsInState: 90,
};

const PARKED = gatewaySnapshot("coder", {
  state: "parked",
  detail: "crashed 8 times in 10 minutes, at last with exit code 1",
  drift: "should run, but is parked",
  secondsInState: 60,
  restarts: 7,
  lastExit: CRASH,
});
const SNAPSHOT = snapshotOf(
  [
    gatewaySnapshot("default", { pid: 12, secondsInState: 90 }),
    gatewaySnapshot("new", { desired: null, state: "not-registered" }),
    PARKED,
  ],
  { services: [DASHBOARD] },
);

test("renderSnapshot() shows every field, a gateway a line, in a pipe", () => {
  expect(renderSnapshot(SNAPSHOT, PLAIN_VIEW)).toBe(
    [
      "Manager: s6 (container supervisor)",
      "Home: /opt/data",
      "",
      "SERVICE    STATE  FOR  PID",
      "dashboard  down   1m   -    HERMES_DASHBOARD is off",
      "",
      "PROFILE  DESIRED     STATE           FOR  PID  RESTARTS  LAST EXIT                DETAIL",
      "default  running     ready           1m   12   0         -",
      "new      -           not-registered  -    -    0         -",
      "coder    running  !  parked          1m   -    7         crashed (exit 1) 2m ago  should run, but is parked: crashed 8 times in 10 minutes, at last with exit code 1",
      "",
      "3 gateways: 1 ready, 1 not-registered, 1 parked; 1 not in its desired state",
      "See `hermes doctor` for remedies",
      "",
    ].join("\n"),
  );
});

test("renderSnapshot() puts a reason below its row on a terminal, and leaves out columns", () => {
  const text = renderSnapshot(SNAPSHOT, { ...PLAIN_VIEW, width: 60 });
  expect(text).toContain(
    [
      "coder    running  !  parked          1m   -    7",
      "      should run, but is parked: crashed 8 times in 10",
      "      minutes, at last with exit code 1",
    ].join("\n"),
  );
  expect(text).not.toContain("LAST EXIT");
});

test("renderSnapshot() puts the reason of a service below it if there is no room beside it", () => {
  const snapshot = snapshotOf([], { services: [DASHBOARD] });
  const show = (width: number) => renderSnapshot(snapshot, { ...PLAIN_VIEW, width });
  expect(show(80)).toContain("dashboard  down   1m   -    HERMES_DASHBOARD is off\n");
  expect(show(40)).toContain("dashboard  down   1m   -\n      HERMES_DASHBOARD is off\n");
});

test("renderSnapshot() fits every terminal from 40 columns, with the longest name", () => {
  const long = gatewaySnapshot("x".repeat(64), {
    state: "backoff",
    detail: "60 s after 7 crashes: crashed with signal 9",
    pid: 4_194_304,
    secondsInState: 349_200,
    lastExit: { ...CRASH, meaning: "misconfigured", code: 78 },
  });
  const snapshot = snapshotOf([...SNAPSHOT.gateways, long], { services: [DASHBOARD] });
  for (const width of [40, 60, 80, 100, 132, 200]) {
    const lines = renderSnapshot(snapshot, { ...PLAIN_VIEW, width }).split("\n");
    expect(Math.max(...lines.map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(width);
    expect(lines.some((line) => / backoff +4d 1h/.test(line))).toBe(true);
  }
  expect(renderSnapshot(snapshot, PLAIN_VIEW)).toContain(`\n${"x".repeat(64)} `);
});

test.each(["理由".repeat(19), "e\u0301".repeat(80), "👩‍👩‍👧‍👦 ".repeat(39), "हिन्दी में ".repeat(12)])(
  "renderSnapshot() fits a terminal of 70 columns with the reason %j",
  (reason) => {
    const failed = gatewaySnapshot("coder", {
      state: "parked",
      detail: `could not start: ${reason}`,
    });
    const text = renderSnapshot(snapshotOf([failed]), { ...PLAIN_VIEW, width: 70 });
    const widths = text.split("\n").map((line) => Bun.stringWidth(line));
    expect(Math.max(...widths)).toBeLessThanOrEqual(70);
  },
);

test("renderSnapshot() marks drift with a sign and a colour", () => {
  const text = renderSnapshot(SNAPSHOT, { width: null, paint: visiblePaint });
  expect(text).toContain("<bad:!>");
  expect(text).toContain("<bad:parked>");
  expect(text).toContain("<good:ready>");
  expect(text).toContain("<bad:1 not in its desired state>");
});

test("renderSnapshot() distinguishes an unreadable state file from a missing desired state", () => {
  const trouble = {
    desired: null,
    stateFileError: "state file is not JSON",
    state: "down",
  } as const;
  const text = renderSnapshot(snapshotOf([gatewaySnapshot("coder", trouble)]), PLAIN_VIEW);
  expect(text).toMatch(/^coder +\? +down .*  desired state unknown: state file is not JSON$/m);
});

test("renderSnapshot() shows the error of a gateway's log and names the doctor", () => {
  const gateway = gatewaySnapshot("coder", { logError: "no process reads the output" });
  const text = renderSnapshot(snapshotOf([gateway]), PLAIN_VIEW);
  expect(text).toMatch(/^coder .* ! +ready .*  log: no process reads the output$/m);
  expect(text).toEndWith("See `hermes doctor` for remedies\n");
});

test("renderSnapshot() does not name the doctor if all is in order", () => {
  const down = gatewaySnapshot("writer", { desired: "stopped", state: "down" });
  const text = renderSnapshot(snapshotOf([gatewaySnapshot("coder"), down]), PLAIN_VIEW);
  expect(text).toEndWith("\n2 gateways: 1 ready, 1 down\n");
});

test.each([
  [false, "1 gateway: 1 starting"],
  [true, "See `hermes doctor` for remedies"],
])("renderSnapshot() of a gateway that starts, overdue: %p, ends with: %s", (isOverdue, end) => {
  const gateways = [gatewaySnapshot("coder", { state: "starting", isOverdue })];
  expect(renderSnapshot(snapshotOf(gateways), PLAIN_VIEW)).toEndWith(`${end}\n`);
});

test("renderSnapshot() marks a service that is not in order", () => {
  const services = [{ ...DASHBOARD, ok: false, detail: "it exited with code 1" }];
  const text = renderSnapshot(snapshotOf([], { services }), PLAIN_VIEW);
  expect(text).toContain("dashboard  !  down   1m   -    it exited with code 1\n");
});

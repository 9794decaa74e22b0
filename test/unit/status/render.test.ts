import { expect, test } from "bun:test";
import { renderSnapshot } from "../../../src/status/render.ts";
import type { ServiceSnapshot } from "../../../src/status/services.ts";
import { PLAIN_VIEW } from "../../../src/terminal/style.ts";
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
  drift: "is to run, and is kept down",
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

test("renderSnapshot() shows everything, a gateway a line, where nobody looks", () => {
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
      "coder    running  !  parked          1m   -    7         crashed (exit 1) 2m ago  is to run, and is kept down: crashed 8 times in 10 minutes, at last with exit code 1",
      "",
      "3 gateways: 1 ready, 1 not-registered, 1 parked; 1 is not as wanted",
      "See `hermes doctor` for what to do",
      "",
    ].join("\n"),
  );
});

test("renderSnapshot() puts a reason below its row on a terminal, and goes without columns", () => {
  const text = renderSnapshot(SNAPSHOT, { ...PLAIN_VIEW, width: 60 });
  expect(text).toContain(
    [
      "coder    running  !  parked          1m   -    7",
      "      is to run, and is kept down: crashed 8 times in 10",
      "      minutes, at last with exit code 1",
    ].join("\n"),
  );
  expect(text).not.toContain("LAST EXIT");
});

test("renderSnapshot() puts the reason of a service below it where there is no room beside it", () => {
  const snapshot = snapshotOf([], { services: [DASHBOARD] });
  const show = (width: number) => renderSnapshot(snapshot, { ...PLAIN_VIEW, width });
  expect(show(80)).toContain("dashboard  down   1m   -    HERMES_DASHBOARD is off\n");
  expect(show(40)).toContain("dashboard  down   1m   -\n      HERMES_DASHBOARD is off\n");
});

test("renderSnapshot() fits any terminal from 40 columns up, with the longest name there can be", () => {
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

test("renderSnapshot() marks drift with a sign and with a colour", () => {
  const text = renderSnapshot(SNAPSHOT, { width: null, paint: visiblePaint });
  expect(text).toContain("<bad:!>");
  expect(text).toContain("<bad:parked>");
  expect(text).toContain("<good:ready>");
  expect(text).toContain("<bad:1 is not as wanted>");
});

test("renderSnapshot() tells a state file that nobody can read from a word that nobody said", () => {
  const trouble = {
    desired: null,
    stateFileError: "state file is not JSON",
    state: "down",
  } as const;
  const text = renderSnapshot(snapshotOf([gatewaySnapshot("coder", trouble)]), PLAIN_VIEW);
  expect(text).toMatch(
    /^coder +\? +down .*  what is wanted is not known: state file is not JSON$/m,
  );
});

test("renderSnapshot() says what keeps a gateway's lines from its log, and sends to the doctor", () => {
  const gateway = gatewaySnapshot("coder", { logError: "no process reads the output" });
  const text = renderSnapshot(snapshotOf([gateway]), PLAIN_VIEW);
  expect(text).toMatch(/^coder .* ! +ready .*  log: no process reads the output$/m);
  expect(text).toEndWith("See `hermes doctor` for what to do\n");
});

test("renderSnapshot() sends nobody to the doctor where all is as it should be", () => {
  const down = gatewaySnapshot("writer", { desired: "stopped", state: "down" });
  const text = renderSnapshot(snapshotOf([gatewaySnapshot("coder"), down]), PLAIN_VIEW);
  expect(text).toEndWith("\n2 gateways: 1 ready, 1 down\n");
});

test.each([
  [30, "1 gateway: 1 starting"],
  [31, "See `hermes doctor` for what to do"],
])("renderSnapshot() of a gateway that starts for %d s ends with: %s", (secondsInState, end) => {
  const gateways = [gatewaySnapshot("coder", { state: "starting", secondsInState })];
  expect(renderSnapshot(snapshotOf(gateways), PLAIN_VIEW)).toEndWith(`${end}\n`);
});

test("renderSnapshot() marks a service that is not as it should be", () => {
  const services = [{ ...DASHBOARD, ok: false, detail: "it ended with exit code 1" }];
  const text = renderSnapshot(snapshotOf([], { services }), PLAIN_VIEW);
  expect(text).toContain("dashboard  !  down   1m   -    it ended with exit code 1\n");
});

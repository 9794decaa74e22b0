import { expect, test } from "bun:test";
import { renderGateway, renderList } from "../../../src/status/render-gateway.ts";
import { PLAIN_VIEW } from "../../support/plain-view.ts";
import { CRASH, gatewaySnapshot, visiblePaint } from "../../support/snapshots.ts";

const REPORT = {
  ...gatewaySnapshot("coder", {
    state: "parked",
    detail: "crashed 8 times in 10 minutes, at last with exit code 1",
    drift: "should run, but is parked",
    since: "2026-11-20T07:22:05.000Z",
    secondsInState: 60,
    restarts: 7,
    recentCrashes: 8,
    reportedState: "running",
  }),
  failedBoots: 2,
  log: "/opt/data/logs/gateways/coder/current",
  exitHistory: [{ ...CRASH, code: null, signal: 9, reason: "crashed with signal 9" }, CRASH],
};

test("renderGateway() shows every field and the newest exit first", () => {
  expect(renderGateway(REPORT, PLAIN_VIEW)).toBe(
    [
      "Gateway:  coder",
      "Desired:  running",
      "State:    parked for 1m: crashed 8 times in 10 minutes, at last with exit code 1",
      "Drift:    ! the gateway should run, but is parked",
      "Since:    2026-11-20T07:22:05.000Z",
      "Reported: running",
      "Crashes:  8 in the last ten minutes, 7 restarts",
      "Boots:    2 in a row found that it had failed to start",
      "Log:      /opt/data/logs/gateways/coder/current",
      "Last exits:",
      "  2026-11-20T07:21:05Z  exit code 1  ran 10s  again in 4.0 s  crashed with exit code 1",
      "  2026-11-20T07:21:05Z  signal 9     ran 10s  again in 4.0 s  crashed with signal 9",
      "",
    ].join("\n"),
  );
});

test("renderGateway() shows the reported state as one short, printable line", () => {
  const reportedState = `\u001B]0;pwn\u0007\u009B2J${"evil\n".repeat(1000)}`;
  const line = renderGateway({ ...REPORT, reportedState }, PLAIN_VIEW)
    .split("\n")
    .find((one) => one.startsWith("Reported:"));
  expect(line).toStartWith("Reported: ]0;pwn 2Jevil evil ");
  expect(line).toHaveLength(90);
});

test("renderGateway() wraps for a terminal", () => {
  const lines = renderGateway(REPORT, { ...PLAIN_VIEW, width: 60 }).split("\n");
  expect(Math.max(...lines.map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(60);
  expect(lines).toContain("    crashed with signal 9");
});

test("renderGateway() shows the error of the state file instead of the desired state", () => {
  const report = { ...REPORT, desired: null, stateFileError: "state file is not JSON" };
  expect(renderGateway(report, PLAIN_VIEW)).toContain("Desired:  ? (state file is not JSON)\n");
});

test("renderGateway() shows the error of the log", () => {
  const report = { ...REPORT, logError: "no process reads the output" };
  expect(renderGateway(report, PLAIN_VIEW)).toMatch(
    /^Log: .*\n {10}! no process reads the output$/m,
  );
});

test("renderGateway() leaves out empty fields", () => {
  const report = {
    ...REPORT,
    ...gatewaySnapshot("coder", { desired: null }),
    exitHistory: [],
    failedBoots: 0,
  };
  const text = renderGateway(report, PLAIN_VIEW);
  expect(text).toContain("Desired:  not set\n");
  expect(text).toEndWith("Last exits: none\n");
  expect(text).not.toContain("Drift");
  expect(text).not.toContain("Boots");
});

test("renderList() has the name, state and drift of a gateway on each line", () => {
  const gateways = [gatewaySnapshot("default"), REPORT];
  expect(renderList(gateways, PLAIN_VIEW)).toBe(
    "default  ready\ncoder    parked  should run, but is parked\n",
  );
  expect(renderList(gateways, { width: null, paint: visiblePaint })).toContain("<bad:parked>");
});

test("renderList() cuts the longest name on a terminal only", () => {
  const longest = "n".repeat(64);
  const gateways = [gatewaySnapshot(longest), REPORT];
  const lines = renderList(gateways, { ...PLAIN_VIEW, width: 80 })
    .trimEnd()
    .split("\n");
  expect(lines[0]).toMatch(/^n+…n+ {2}ready$/);
  expect(lines[1]).toHaveLength(80);
  expect(renderList(gateways, PLAIN_VIEW)).toStartWith(`${longest}  ready\n`);
});

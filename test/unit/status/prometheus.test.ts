import { expect, test } from "bun:test";
import { renderPrometheus } from "../../../src/status/prometheus.ts";
import { parseExposition } from "../../support/exposition.ts";
import { CRASH, gatewaySnapshot, snapshotOf } from "../../support/snapshots.ts";

const SNAPSHOT = snapshotOf(
  [
    gatewaySnapshot("default", { pid: 12, secondsInState: 90 }),
    gatewaySnapshot("coder", {
      state: "parked",
      drift: "should run, but is parked",
      restarts: 7,
      recentCrashes: 8,
      lastExit: { ...CRASH, code: null, signal: 9 },
    }),
    gatewaySnapshot("writer", { desired: null, state: "down" }),
  ],
  {
    services: [
      {
        name: "dashboard",
        state: "unknown",
        detail: "no",
        ok: true,
        pid: null,
        since: null,
        secondsInState: null,
      },
      {
        name: "registrar",
        state: "ready",
        detail: null,
        ok: true,
        pid: 1,
        since: null,
        secondsInState: 1,
      },
    ],
  },
);

test("renderPrometheus() follows the text exposition format", () => {
  const metrics = parseExposition(renderPrometheus(SNAPSHOT, "1.2.3"));
  expect(metrics.value("hermes_info", { version: "1.2.3", manager: "s6" })).toBe(1);
  expect(metrics.value("hermes_service_ok", { service: "registrar" })).toBe(1);
  expect(metrics.value("hermes_service_ok", { service: "dashboard" })).toBeNull();
  expect(metrics.typeOf("hermes_gateway_restarts_total")).toBe("counter");
  expect(metrics.typeOf("hermes_gateway_up")).toBe("gauge");
});

test("renderPrometheus() has the values of the snapshot", () => {
  const { value } = parseExposition(renderPrometheus(SNAPSHOT, "1"));
  const coder = { profile: "coder" };
  expect(value("hermes_gateway_up", { profile: "default" })).toBe(1);
  expect(value("hermes_gateway_up", coder)).toBe(0);
  expect(value("hermes_gateway_desired", coder)).toBe(1);
  expect(value("hermes_gateway_desired", { profile: "writer" })).toBeNull();
  expect(value("hermes_gateway_drift", coder)).toBe(1);
  expect(value("hermes_gateway_drift", { profile: "writer" })).toBe(0);
  expect(value("hermes_gateway_state", { ...coder, state: "parked" })).toBe(1);
  expect(value("hermes_gateway_state", { ...coder, state: "ready" })).toBe(0);
  expect(value("hermes_gateway_state_seconds", { profile: "default" })).toBe(90);
  expect(value("hermes_gateway_state_seconds", coder)).toBeNull();
  expect(value("hermes_gateway_restarts_total", coder)).toBe(7);
  expect(value("hermes_gateway_recent_crashes", coder)).toBe(8);
  expect(value("hermes_gateway_last_exit_code", coder)).toBe(137);
  expect(value("hermes_gateway_last_exit_timestamp_seconds", coder)).toBe(CRASH.at / 1000);
  expect(value("hermes_gateway_last_exit_code", { profile: "writer" })).toBeNull();
});

test("renderPrometheus() escapes label values", () => {
  const version = 'a"b\\c\nd';
  const metrics = parseExposition(renderPrometheus(SNAPSHOT, version));
  expect(metrics.value("hermes_info", { version, manager: "s6" })).toBe(1);
});

test("renderPrometheus() of an installation without services and gateways is well formed", () => {
  expect(() => parseExposition(renderPrometheus(snapshotOf([]), "1"))).not.toThrow();
});

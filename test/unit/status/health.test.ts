import { expect, test } from "bun:test";
import { judgeHealth } from "../../../src/status/health.ts";
import type { GatewaySnapshot, Snapshot } from "../../../src/status/snapshot.ts";
import type { ServiceSnapshot } from "../../../src/status/services.ts";
import { gatewaySnapshot, snapshotOf } from "../../support/snapshots.ts";

type Part = Pick<GatewaySnapshot, "desired" | "state">;

const snapshot = (parts: Readonly<Record<string, Part>>): Snapshot =>
  snapshotOf(Object.entries(parts).map(([name, part]) => gatewaySnapshot(name, part)));

const service = (name: string, ok: boolean): ServiceSnapshot => ({
  name,
  state: ok ? "ready" : "down",
  detail: null,
  ok,
  pid: null,
  since: null,
  secondsInState: null,
});

test("judgeHealth() is healthy if every gateway that should run is ready", () => {
  const parts = {
    a: { desired: "running", state: "ready" },
    b: { desired: "stopped", state: "down" },
    c: { desired: null, state: "not-registered" },
  } as const;
  expect(judgeHealth(snapshot(parts))).toEqual({
    healthy: true,
    line: "1 of 1 gateways that should run are ready",
  });
});

test("judgeHealth() counts gateways that s6 keeps up without a desired state", () => {
  expect(judgeHealth(snapshot({ a: { desired: null, state: "ready" } })).line).toStartWith(
    "1 of 1",
  );
  for (const state of ["starting", "backoff", "restarting"] as const) {
    expect(judgeHealth(snapshot({ a: { desired: null, state } })).healthy).toBe(false);
  }
});

test("judgeHealth() accepts a gateway that runs in the foreground", () => {
  const part = { desired: "running", state: "foreground" } as const;
  expect(judgeHealth(snapshot({ a: part })).healthy).toBe(true);
});

test("judgeHealth() is healthy without gateways", () => {
  expect(judgeHealth(snapshot({}))).toMatchObject({ healthy: true });
});

test("judgeHealth() names at most five gateways that are not ready, on one line", () => {
  const one = { desired: "running", state: "restarting" } as const;
  expect(judgeHealth(snapshot({ a: one }))).toEqual({
    healthy: false,
    line: "not ready: a (restarting)",
  });
  const many = Object.fromEntries("abcdefg".split("").map((name) => [name, one]));
  const five = Object.fromEntries("abcde".split("").map((name) => [name, one]));
  expect(judgeHealth(snapshot(five)).line).toEndWith("d (restarting), e (restarting)");
  expect(judgeHealth(snapshot(many)).line).toEndWith("e (restarting), and 2 more");
});

const READY = gatewaySnapshot("a", { desired: "running", state: "ready" });

test.each([
  [
    { homeError: "/opt/data cannot be read: permission denied" },
    "/opt/data cannot be read: permission denied",
  ],
  [{ managerKind: "none" }, "no service manager runs"],
  [{ services: [service("registrar", false)] }, "registrar (down)"],
] as const)("judgeHealth() is not healthy if no gateway could be registered (%j)", (part, line) => {
  expect(judgeHealth(snapshotOf([READY], part))).toEqual({
    healthy: false,
    line: `not ready: ${line}`,
  });
});

test("judgeHealth() ignores the services that no gateway needs", () => {
  const services = [service("dashboard", false), service("registrar", true)];
  expect(judgeHealth(snapshotOf([READY], { services })).healthy).toBe(true);
});

test("judgeHealth() is not healthy with an unsupervised gateway, in every desired state", () => {
  for (const desired of ["running", "stopped", null] as const) {
    expect(judgeHealth(snapshot({ a: { desired, state: "unsupervised" } }))).toEqual({
      healthy: false,
      line: "not ready: a (unsupervised)",
    });
  }
});

test("judgeHealth() is not healthy with a ready gateway whose logger is down", () => {
  const mute = gatewaySnapshot("a", { logger: "down" });
  expect(judgeHealth(snapshotOf([mute])).line).toBe("not ready: a (logger down)");
});

test("judgeHealth() is not healthy if a desired state cannot be read", () => {
  const stateFileError = "state file cannot be read: permission denied";
  const lost = gatewaySnapshot("a", { desired: null, state: "down", stateFileError });
  expect(judgeHealth(snapshotOf([lost])).line).toBe(
    `not ready: a (desired state unknown: ${stateFileError})`,
  );
  const known = gatewaySnapshot("a", { desired: "stopped", state: "down", stateFileError });
  expect(judgeHealth(snapshotOf([known])).healthy).toBe(true);
});

import { expect, test } from "bun:test";
import { judgeHealth } from "../../../src/status/health.ts";
import type { GatewaySnapshot, Snapshot } from "../../../src/status/snapshot.ts";
import type { ServiceSnapshot } from "../../../src/status/services.ts";
import { gatewaySnapshot, snapshotOf } from "../../support/snapshots.ts";

type Part = Pick<GatewaySnapshot, "wanted" | "is">;

const snapshot = (parts: Readonly<Record<string, Part>>): Snapshot =>
  snapshotOf(Object.entries(parts).map(([name, part]) => gatewaySnapshot(name, part)));

const service = (name: string, ok: boolean): ServiceSnapshot => ({
  name,
  is: ok ? "ready" : "down",
  detail: null,
  ok,
  pid: null,
  since: null,
  secondsInState: null,
});

test("judgeHealth() is healthy where every wanted gateway is ready", () => {
  const parts = {
    a: { wanted: "running", is: "ready" },
    b: { wanted: "stopped", is: "down" },
    c: { wanted: null, is: "not-registered" },
  } as const;
  expect(judgeHealth(snapshot(parts))).toEqual({
    healthy: true,
    line: "1 of 1 wanted gateways are ready",
  });
});

test("judgeHealth() counts what s6 keeps up without an operator's word", () => {
  expect(judgeHealth(snapshot({ a: { wanted: null, is: "ready" } })).line).toStartWith("1 of 1");
  for (const is of ["starting", "waiting", "restarting"] as const) {
    expect(judgeHealth(snapshot({ a: { wanted: null, is } })).healthy).toBe(false);
  }
});

test("judgeHealth() is content with a wanted gateway that runs in the foreground", () => {
  const part = { wanted: "running", is: "foreground" } as const;
  expect(judgeHealth(snapshot({ a: part })).healthy).toBe(true);
});

test("judgeHealth() is healthy where nobody wants a gateway", () => {
  expect(judgeHealth(snapshot({}))).toMatchObject({ healthy: true });
});

test("judgeHealth() names what is not ready, five at the most, on one line", () => {
  const one = { wanted: "running", is: "restarting" } as const;
  expect(judgeHealth(snapshot({ a: one }))).toEqual({
    healthy: false,
    line: "not ready: a is restarting",
  });
  const many = Object.fromEntries("abcdefg".split("").map((name) => [name, one]));
  const five = Object.fromEntries("abcde".split("").map((name) => [name, one]));
  expect(judgeHealth(snapshot(five)).line).toEndWith("d is restarting, e is restarting");
  expect(judgeHealth(snapshot(many)).line).toEndWith("e is restarting, and 2 more");
});

const READY = gatewaySnapshot("a", { wanted: "running", is: "ready" });

test.each([
  [
    { homeTrouble: "/opt/data cannot be read: permission denied" },
    "/opt/data cannot be read: permission denied",
  ],
  [{ managerKind: "none" }, "no service manager runs"],
  [{ services: [service("registrar", false)] }, "the registrar is down"],
] as const)(
  "judgeHealth() is not healthy where no gateway could be registered (%j)",
  (part, line) => {
    expect(judgeHealth(snapshotOf([READY], part))).toEqual({
      healthy: false,
      line: `not ready: ${line}`,
    });
  },
);

test("judgeHealth() leaves the other services to the doctor", () => {
  const services = [service("dashboard", false), service("registrar", true)];
  expect(judgeHealth(snapshotOf([READY], { services })).healthy).toBe(true);
});

test("judgeHealth() is not healthy with a gateway that s6 has lost, whatever is wanted", () => {
  for (const wanted of ["running", "stopped", null] as const) {
    expect(judgeHealth(snapshot({ a: { wanted, is: "unsupervised" } }))).toEqual({
      healthy: false,
      line: "not ready: a is unsupervised",
    });
  }
});

test("judgeHealth() is not healthy with a gateway that is ready and has no logger", () => {
  const mute = gatewaySnapshot("a", { logger: "down" });
  expect(judgeHealth(snapshotOf([mute])).line).toBe("not ready: the logger of a is down");
});

test("judgeHealth() is not healthy where nobody can tell what is wanted", () => {
  const stateTrouble = "state file cannot be read: permission denied";
  const lost = gatewaySnapshot("a", { wanted: null, is: "down", stateTrouble });
  expect(judgeHealth(snapshotOf([lost])).line).toBe(
    `not ready: a may have to run: ${stateTrouble}`,
  );
  const known = gatewaySnapshot("a", { wanted: "stopped", is: "down", stateTrouble });
  expect(judgeHealth(snapshotOf([known])).healthy).toBe(true);
});

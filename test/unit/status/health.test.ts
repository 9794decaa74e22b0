import { expect, test } from "bun:test";
import { judgeHealth } from "../../../src/status/health.ts";
import type { GatewaySnapshot, Snapshot } from "../../../src/status/snapshot.ts";
import { gatewaySnapshot, snapshotOf } from "../../support/snapshots.ts";

type Part = Pick<GatewaySnapshot, "wanted" | "is">;

const snapshot = (parts: Readonly<Record<string, Part>>): Snapshot =>
  snapshotOf(Object.entries(parts).map(([name, part]) => gatewaySnapshot(name, part)));

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

import { expect, test } from "bun:test";
import { adoptDesiredStates } from "../../../src/boot/adopt-desired-states.ts";
import type { Step } from "../../../src/boot/plan.ts";
import { readDesiredState } from "../../../src/gateway/record/state-store.ts";
import { FakeHost } from "../../support/fake-host.ts";

const step = (profile: string, more: Partial<Step> = {}): Step => ({
  profile,
  priorState: "running",
  desired: null,
  priorExit: null,
  action: "started",
  reason: null,
  ...more,
});

function volume(): FakeHost {
  const host = new FakeHost();
  for (const name of ["coder", "writer", "idle"]) {
    host.disk.putFile(`/vol/profiles/${name}/gateway_state.json`, '{"gateway_state":"running"}');
  }
  return host;
}

test("adoptDesiredStates() records that a gateway without an order runs", () => {
  const host = volume();
  expect(adoptDesiredStates(host, "/vol", [step("default"), step("coder")])).toEqual([]);
  expect(readDesiredState(host, "/vol")).toBe("running");
  expect(JSON.parse(host.disk.text("/vol/profiles/coder/gateway_state.json") ?? "")).toMatchObject({
    gateway_state: "running",
    desired_state: "running",
  });
});

test("adoptDesiredStates() leaves every other gateway alone", () => {
  const host = volume();
  const before = host.disk.snapshot();
  const steps = [
    step("coder", { desired: "running" }),
    step("writer", { action: "registered" }),
    step("idle", { action: "skipped" }),
    step("../etc"),
  ];
  expect(adoptDesiredStates(host, "/vol", steps)).toEqual([]);
  expect(host.disk.snapshot()).toEqual(before);
});

test("adoptDesiredStates() says what the volume refuses", () => {
  const host = volume();
  host.disk.fail("/vol", "write", "EROFS");
  expect(adoptDesiredStates(host, "/vol", [step("coder")])).toEqual([
    "cannot record the desired state of gateway 'coder': read-only file system",
  ]);
});

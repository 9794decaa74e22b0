import { expect, test } from "bun:test";
import type { Observation, ObservedState } from "../../../src/boot/observe.ts";
import { planReconcile, type PlanContext } from "../../../src/boot/plan.ts";

const ROOMY: PlanContext = { places: 498, startDefaultIfNew: false, foreground: null };
const unreadable = (problem: string): ObservedState => ({
  reportedState: null,
  desired: null,
  priorExit: null,
  problem,
});

const profile = (name: string, state: ObservedState | null = null): Observation => ({
  kind: "profile",
  name,
  state,
});

const said = (
  reportedState: string | null,
  desired: "running" | "stopped" | null = null,
): ObservedState => ({
  reportedState,
  desired,
  priorExit: reportedState === null ? null : "clean",
  problem: null,
});

function planOne(state: ObservedState | null, context: Partial<PlanContext> = {}, name = "coder") {
  const [step] = planReconcile([profile(name, state)], { ...ROOMY, ...context });
  return step;
}

test("planReconcile() starts a profile whose desired state is running, whatever its state is", () => {
  for (const state of ["running", "stopped", "startup_failed", "starting", "dreaming", null]) {
    expect(planOne(said(state, "running"))?.action).toBe("started");
  }
});

test("planReconcile() registers a profile whose desired state is stopped, whatever its state is", () => {
  for (const state of ["running", "draining", "degraded", "stopped", null]) {
    expect(planOne(said(state, "stopped"))?.action).toBe("registered");
  }
});

test.each(["running", "draining", "degraded"])(
  "planReconcile() starts a profile without a desired state whose state is %s",
  (state) => {
    expect(planOne(said(state))?.action).toBe("started");
  },
);

test.each(["starting", "stopped", "startup_failed", "dreaming", "", "RUNNING", null])(
  "planReconcile() registers a profile without a desired state whose state is %p",
  (state) => {
    expect(planOne(said(state))?.action).toBe("registered");
  },
);

test("planReconcile() registers a profile without a state file", () => {
  expect(planOne(null)).toEqual({
    profile: "coder",
    priorState: null,
    desired: null,
    priorExit: null,
    action: "registered",
    reason: null,
  });
});

test("planReconcile() registers a profile whose state file is unreadable, with the reason", () => {
  expect(planOne(unreadable("state file is a fifo"))).toEqual({
    profile: "coder",
    priorState: null,
    desired: null,
    priorExit: null,
    action: "registered",
    reason: "state file is a fifo",
  });
});

test("planReconcile() keeps the prior state and the desired state for the log", () => {
  expect(planOne(said("draining", "stopped"))).toMatchObject({
    priorState: "draining",
    desired: "stopped",
    reason: null,
  });
});

test("planReconcile() keeps how the gateway ended before, if there was one", () => {
  expect(planOne(said("running"))?.priorExit).toBe("clean");
  expect(planOne(said(null, "running"))?.priorExit).toBeNull();
});

test("planReconcile() leaves the gateway down that the container's command is", () => {
  const reason = "the container's command is this gateway";
  const context = { foreground: "coder" };
  expect(planOne(said("running", "running"), context)).toMatchObject({
    action: "registered",
    reason,
  });
  expect(planOne(said("stopped", "stopped"), context)).toMatchObject({
    action: "registered",
    reason: null,
  });
  expect(planOne(said("running"), context, "writer")?.action).toBe("started");
});

test("planReconcile() starts a new default gateway if the container asks for it", () => {
  const context = { startDefaultIfNew: true };
  expect(planOne(null, context, "default")?.action).toBe("started");
  expect(planOne(null, {}, "default")?.action).toBe("registered");
});

test("planReconcile() bootstraps neither another profile nor a default with a history", () => {
  const context = { startDefaultIfNew: true };
  expect(planOne(null, context)?.action).toBe("registered");
  expect(planOne(said("stopped"), context, "default")?.action).toBe("registered");
  expect(planOne(said(null, "stopped"), context, "default")?.action).toBe("registered");
  const broken = unreadable("state file is not JSON");
  expect(planOne(broken, context, "default")?.action).toBe("registered");
});

test("planReconcile() skips what was rejected, with the reason, and goes on", () => {
  const steps = planReconcile(
    [
      profile("default"),
      { kind: "rejected", name: "Bad Name", reason: "names are …" },
      profile("coder", said("running")),
    ],
    ROOMY,
  );
  expect(steps.map(({ profile: name, action, reason }) => [name, action, reason])).toEqual([
    ["default", "registered", null],
    ["Bad Name", "skipped", "names are …"],
    ["coder", "started", null],
  ]);
});

test("planReconcile() puts default first, then goes by name", () => {
  const names = ["writer", "coder", "default", "alpha", "zed", "9"];
  const steps = planReconcile(
    names.map((name) => profile(name)),
    ROOMY,
  );
  expect(steps.map((step) => step.profile)).toEqual([
    "default",
    "9",
    "alpha",
    "coder",
    "writer",
    "zed",
  ]);
});

test("planReconcile() gives the places to those that are to start, then by name", () => {
  const observations = [
    profile("default"),
    profile("a"),
    profile("b", said("running")),
    profile("c"),
    profile("d", said(null, "running")),
  ];
  const actions = (places: number) =>
    planReconcile(observations, { ...ROOMY, places }).map((step) => step.action);
  expect(actions(5)).toEqual(["registered", "registered", "started", "registered", "started"]);
  expect(actions(4)).toEqual(["registered", "registered", "started", "skipped", "started"]);
  expect(actions(3)).toEqual(["registered", "skipped", "started", "skipped", "started"]);
  expect(actions(1)).toEqual(["skipped", "skipped", "started", "skipped", "skipped"]);
  expect(actions(0)).toEqual(["skipped", "skipped", "skipped", "skipped", "skipped"]);
});

test("planReconcile() says why the one too many is skipped", () => {
  expect(planOne(said("running"), { places: 0 })).toMatchObject({
    action: "skipped",
    priorState: "running",
    reason: "s6-svscan has no place left",
  });
});

test("planReconcile() gives no place to what was rejected", () => {
  const observations: readonly Observation[] = [
    { kind: "rejected", name: "A", reason: "capitals" },
    profile("b"),
  ];
  const steps = planReconcile(observations, { ...ROOMY, places: 1 });
  expect(steps.map((step) => step.reason)).toEqual(["capitals", null]);
});

test("planReconcile() makes one step per observation and takes no time for many", () => {
  const observations = Array.from({ length: 5000 }, (_, index) =>
    profile(`p${index}`, said(index % 2 === 0 ? "running" : null)),
  );
  const steps = planReconcile(observations, ROOMY);
  expect(steps.length).toBe(5000);
  expect(steps.filter((step) => step.action === "started").length).toBe(498);
  expect(steps.filter((step) => step.action === "registered").length).toBe(0);
});

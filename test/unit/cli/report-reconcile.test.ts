import { expect, test } from "bun:test";
import type { Step } from "../../../src/boot/plan.ts";
import { createApp } from "../../../src/cli/app.ts";
import { reportReconcile } from "../../../src/cli/report-reconcile.ts";
import { ENVIRONMENT } from "../../support/installation.ts";
import { FakeHost } from "../../support/fake-host.ts";

const stepOf = (profile: string, reason: string | null = null): Step => ({
  profile,
  priorState: null,
  desired: null,
  priorExit: null,
  action: reason === null ? "started" : "skipped",
  reason,
});

function report(steps: readonly Step[], isPlan = false, verbosity = "1") {
  const host = new FakeHost({ environment: { ...ENVIRONMENT, S6_VERBOSITY: verbosity } });
  reportReconcile(createApp(host, null), { kind: "steps", steps }, isPlan);
  return { stdout: host.stdout, notes: host.notes };
}

test("reportReconcile() warns of eight problems at most, and counts the steps", () => {
  const bad = Array.from({ length: 10 }, (_, index) => stepOf(`p${index}`, "bad"));
  const { stdout, notes } = report([stepOf("coder"), ...bad]);
  expect(stdout).toBe("");
  expect(notes[0]).toBe("warning: profile 'p0' is skipped: bad");
  expect(notes.slice(8)).toEqual([
    "warning: 2 more: see /vol/logs/container-boot.log",
    "reconcile: gateways: 1 started, 0 registered, 10 skipped",
  ]);
});

test("reportReconcile() prints the plan of a dry run on stdout", () => {
  const { stdout, notes } = report([stepOf("coder")], true);
  expect(stdout).toMatch(/^\S+ profile=coder prior_state=None action=started\n$/);
  expect(notes).toEqual(["reconcile: gateways: 1 started, 0 registered, 0 skipped (planned)"]);
});

test("reportReconcile() notes every profile if the boot is verbose", () => {
  const { stdout, notes } = report([stepOf("coder"), stepOf("writer", "bad")], false, "2");
  expect(stdout).toBe("");
  expect(notes.map((line) => line.includes("action="))).toEqual([true, true, false]);
});

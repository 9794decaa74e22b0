import { expect, test } from "bun:test";
import { MAIN_WRAPPER } from "../../../../src/core/image.ts";
import { hermesBoot } from "../../../support/command-line.ts";
import { container } from "../../../support/boot-container.ts";

test("hermes-boot reconcile warns a line per problem and sums up on stderr", async () => {
  const host = container();
  host.disk.putFile("/vol/profiles/Bad\nName/SOUL.md", "");
  host.disk.putFile("/vol/profiles/coder/SOUL.md", "");
  host.disk.putFile("/vol/profiles/coder/gateway_state.json", "[]");
  expect(await hermesBoot(host, "reconcile")).toEqual({
    code: 0,
    stdout: "",
    notes: [
      "warning: profile 'Bad\\nName' is skipped: names are 1 to 64 of a-z, 0-9, _ and -, and begin with a letter or a digit",
      "warning: profile 'coder' is registered: state file is not an object",
      "reconcile: gateways: 0 started, 2 registered, 1 skipped",
    ],
  });
});

test("hermes-boot reconcile says that it does nothing beside a dashboard", async () => {
  const host = container();
  host.table.start(1, { argv: ["/init", MAIN_WRAPPER, "dashboard"] });
  expect(await hermesBoot(host, "reconcile")).toEqual({
    code: 0,
    stdout: "",
    notes: ["reconcile: nothing to do: the container's command is the dashboard"],
  });
});

test("hermes-boot reconcile prints a line per profile if the boot is verbose", async () => {
  for (const [verbosity, lines] of [
    ["1", 0],
    ["2", 2],
    ["5", 2],
    ["x", 0],
  ] as const) {
    const host = container({ environment: { HERMES_HOME: "/vol", S6_VERBOSITY: verbosity } });
    host.disk.putFile("/vol/profiles/coder/SOUL.md", "");
    const { notes } = await hermesBoot(host, "reconcile");
    const steps = notes.filter((line) => line.includes("action=registered"));
    expect({ verbosity, steps: steps.length }).toEqual({ verbosity, steps: lines });
    expect(notes.at(-1)).toBe("reconcile: gateways: 0 started, 2 registered, 0 skipped");
  }
});

test("hermes-boot reconcile shows eight problems without counting none more", async () => {
  const host = container();
  for (let index = 0; index < 8; index += 1) {
    host.disk.putFile(`/vol/profiles/BAD${index}/SOUL.md`, "");
  }
  expect((await hermesBoot(host, "reconcile")).notes.length).toBe(9);
});

test("hermes-boot reconcile shows some problems of many, and where the others are", async () => {
  const host = container();
  for (let index = 0; index < 20; index += 1) {
    host.disk.putFile(`/vol/profiles/BAD${index}/SOUL.md`, "");
  }
  const { notes } = await hermesBoot(host, "reconcile");
  expect(notes.length).toBe(10);
  expect(notes.at(-2)).toBe("warning: 12 more: see /vol/logs/container-boot.log");
});

test("hermes-boot reconcile --dry-run prints the plan as the log would have it", async () => {
  const host = container();
  const { stdout, notes } = await hermesBoot(host, "reconcile", "--dry-run");
  expect(stdout).toBe(
    "2026-11-20T07:23:05+0000 profile=default prior_state=None action=registered\n",
  );
  expect(notes).toEqual(["reconcile: gateways: 0 started, 1 registered, 0 skipped (planned)"]);
});

test("hermes-boot reconcile --json prints the steps, and nothing else on stdout", async () => {
  const { stdout } = await hermesBoot(container(), "reconcile", "--json");
  expect(JSON.parse(stdout)).toEqual({
    version: 2,
    kind: "steps",
    steps: [
      {
        profile: "default",
        priorState: null,
        desired: null,
        priorExit: null,
        action: "registered",
        reason: null,
      },
    ],
  });
});

import { expect, test } from "bun:test";
import type { PlanContext, Step } from "../../../src/boot/plan.ts";
import { THREADLESS } from "../../../src/core/runtime-environment.ts";
import {
  adoptDesiredStates,
  createChildPhase,
  createLocalPhase,
  createUnprivilegedPhase,
} from "../../../src/boot/unprivileged-phase.ts";
import { readDesiredState } from "../../../src/gateway/record/state-store.ts";
import { FakeHost, HERMES } from "../../support/fake-host.ts";
import { installS6 } from "../../support/fake-s6.ts";
import type { Program } from "../../support/fake-processes.ts";

const CONTEXT: PlanContext = { places: 10, startDefaultIfNew: false, foreground: null };
const STEP: Step = {
  profile: "coder",
  priorState: null,
  desired: null,
  priorExit: null,
  action: "registered",
  reason: null,
};

function asRoot(child: Program) {
  const environment = { BUN_OPTIONS: "--preload=/opt/data/evil.js", SECRET: "x" };
  const host = new FakeHost({ uid: 0, users: [HERMES], environment });
  host.table.install("hermes-boot", child);
  return { host, phase: createChildPhase(host, "/vol") };
}

test("UnprivilegedPhase of a child asks hermes-boot for each part and passes what it needs", async () => {
  const asked: (string | undefined)[][] = [];
  const { phase } = asRoot(([, part], { stdin }) => {
    asked.push([part, stdin]);
    return { stdout: part === "log" ? "" : JSON.stringify([STEP]) };
  });
  expect(await phase.plan(CONTEXT)).toEqual([STEP]);
  expect(await phase.prepare(CONTEXT)).toEqual([STEP]);
  await phase.log(Promise.resolve([STEP]));
  expect(asked).toEqual([
    ["plan", JSON.stringify(CONTEXT)],
    ["prepare", JSON.stringify(CONTEXT)],
    ["log", JSON.stringify([STEP])],
  ]);
});

test("UnprivilegedPhase of a child gets a clean environment", async () => {
  const { phase } = asRoot((_, { environment }) => {
    const allowed = ["HERMES_HOME", "PATH", "S6_PROFILE_GATEWAY_SCANDIR"];
    const names = [...allowed, ...Object.keys(THREADLESS)];
    expect(Object.keys(environment ?? {}).toSorted()).toEqual(names.toSorted());
    return { stdout: "[]" };
  });
  expect(await phase.plan(CONTEXT)).toEqual([]);
});

test.each([
  ["is no JSON", "oops"],
  ["has a key too many", JSON.stringify([{ ...STEP, run: "#!/bin/sh" }])],
  ["is empty", ""],
])("UnprivilegedPhase refuses a child's plan that %s", async (_, stdout) => {
  const { phase } = asRoot(() => ({ stdout }));
  expect(phase.plan(CONTEXT)).rejects.toThrow("Cannot read the plan: it is not a list of steps");
});

test("UnprivilegedPhase repeats what a failing child said and how it ended", async () => {
  const { host, phase } = asRoot(() => ({ exitCode: 1, stderr: "✗ Cannot\n" }));
  expect(phase.plan(CONTEXT)).rejects.toThrow(
    "Cannot plan the volume as hermes: the child ended with 1",
  );
  expect(host.notes).toEqual(["✗ Cannot"]);
});

test("UnprivilegedPhase turns a page about Bun into one sentence", async () => {
  const page = "panic(main thread): abort() called\noh no: Bun has crashed. This is a bug\n";
  const { host, phase } = asRoot(() => ({ exitCode: null, signal: "SIGABRT", stderr: page }));
  expect(phase.plan(CONTEXT)).rejects.toThrow(
    "Cannot plan the volume as hermes: its runtime was aborted, as happens if the limit of processes or of memory is reached",
  );
  expect(host.notes).toEqual([]);
});

test("UnprivilegedPhase says that a child took too long", async () => {
  const { phase } = asRoot(() => ({ exitCode: null, timedOut: true }));
  expect(phase.prepare(CONTEXT)).rejects.toThrow("the child took too long");
});

test("UnprivilegedPhase passes on the log's lines that the volume did not take", async () => {
  const { host, phase } = asRoot(() => ({ stdout: "line\n", stderr: "warning: full\n" }));
  await phase.log(Promise.resolve([STEP]));
  expect(host.stdout).toBe("line\n");
  expect(host.notes).toEqual(["warning: full"]);
});

test("createUnprivilegedPhase() is a child for root in the image, else this process", async () => {
  const root = new FakeHost({ uid: 0, users: [HERMES] });
  root.table.install("hermes-boot", () => ({ stdout: "[]" }));
  expect(await createUnprivilegedPhase(root, "/vol").plan(CONTEXT)).toEqual([]);
  expect(root.table.commands.length).toBe(1);
  const hermes = new FakeHost({ uid: 10_000, users: [HERMES] });
  expect((await createUnprivilegedPhase(hermes, "/vol").plan(CONTEXT)).length).toBe(1);
  expect(hermes.table.commands).toEqual([]);
});

test("UnprivilegedPhase.prepare() sweeps and writes desired states down, and spares a profile whose gateway is supervised", async () => {
  const host = new FakeHost();
  const s6 = installS6(host);
  for (const name of ["coder", "writer"]) {
    host.disk.putFile(`/vol/profiles/${name}/SOUL.md`, "");
    host.disk.putFile(`/vol/profiles/${name}/gateway.pid`, "12");
  }
  s6.supervise("/run/service/gateway-coder");
  const state = '{"gateway_state": "running"}';
  for (const name of ["coder", "writer"]) {
    host.disk.putFile(`/vol/profiles/${name}/gateway_state.json`, state);
  }
  const phase = createLocalPhase(host, "/vol");
  const planned = await phase.plan(CONTEXT);
  expect(await phase.prepare(CONTEXT)).toEqual(planned);
  expect(readDesiredState(host, "/vol/profiles/coder")).toBeNull();
  expect(readDesiredState(host, "/vol/profiles/writer")).toBe("running");
  expect(host.disk.has("/vol/profiles/coder/gateway.pid")).toBe(true);
  expect(host.disk.has("/vol/profiles/writer/gateway.pid")).toBe(false);
});

test("UnprivilegedPhase.prepare() says what it cannot remove", async () => {
  const host = new FakeHost();
  host.disk.putFile("/vol/gateway.pid", "12");
  host.disk.fail("/vol", "write", "EROFS");
  await createLocalPhase(host, "/vol").prepare(CONTEXT);
  expect(host.notes).toEqual([
    "warning: cannot remove the stale /vol/gateway.pid: read-only file system",
  ]);
});

const step = (profile: string, more: Partial<Step> = {}): Step => ({
  ...STEP,
  profile,
  action: "started",
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

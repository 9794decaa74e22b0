import { expect, test } from "bun:test";
import type { PlanContext, Step } from "../../../src/boot/plan.ts";
import { renderPlanContext, renderSteps } from "../../../src/boot/steps-format.ts";
import {
  createChildVolumeHalf,
  createLocalVolumeHalf,
  createVolumeHalf,
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
  return { host, half: createChildVolumeHalf(host, "/vol") };
}

test("VolumeHalf of a child asks hermes-boot for each part and passes what it needs", async () => {
  const asked: (string | undefined)[][] = [];
  const { half } = asRoot(([, part], { stdin }) => {
    asked.push([part, stdin]);
    return { stdout: part === "log" ? "" : renderSteps([STEP]) };
  });
  expect(await half.plan(CONTEXT)).toEqual([STEP]);
  expect(await half.prepare(CONTEXT)).toEqual([STEP]);
  await half.log(Promise.resolve([STEP]));
  expect(asked).toEqual([
    ["plan", renderPlanContext(CONTEXT)],
    ["prepare", renderPlanContext(CONTEXT)],
    ["log", renderSteps([STEP])],
  ]);
});

test("VolumeHalf of a child gets a clean environment", async () => {
  const { half } = asRoot((_, { environment }) => {
    expect(Object.keys(environment ?? {}).toSorted()).toEqual([
      "HERMES_HOME",
      "PATH",
      "S6_PROFILE_GATEWAY_SCANDIR",
    ]);
    return { stdout: "[]" };
  });
  expect(await half.plan(CONTEXT)).toEqual([]);
});

test.each([
  ["is no JSON", "oops"],
  ["has a key too many", JSON.stringify([{ ...STEP, run: "#!/bin/sh" }])],
  ["is empty", ""],
])("VolumeHalf refuses a child's plan that %s", async (_, stdout) => {
  const { half } = asRoot(() => ({ stdout }));
  expect(half.plan(CONTEXT)).rejects.toThrow("Cannot read the plan: it is not a list of steps");
});

test("VolumeHalf repeats what a failing child said and how it ended", async () => {
  const { host, half } = asRoot(() => ({ exitCode: 1, stderr: "✗ Cannot\n" }));
  expect(half.plan(CONTEXT)).rejects.toThrow(
    "Cannot plan the volume as hermes: the child ended with 1",
  );
  expect(host.notes).toEqual(["✗ Cannot"]);
});

test("VolumeHalf turns a page about Bun into one sentence", async () => {
  const page = "panic(main thread): abort() called\noh no: Bun has crashed. This is a bug\n";
  const { host, half } = asRoot(() => ({ exitCode: null, signal: "SIGABRT", stderr: page }));
  expect(half.plan(CONTEXT)).rejects.toThrow(
    "Cannot plan the volume as hermes: its runtime was aborted, as happens if the limit of processes or of memory is reached",
  );
  expect(host.notes).toEqual([]);
});

test("VolumeHalf says that a child took too long", async () => {
  const { half } = asRoot(() => ({ exitCode: null, timedOut: true }));
  expect(half.prepare(CONTEXT)).rejects.toThrow("the child took too long");
});

test("VolumeHalf passes on the log's lines that the volume did not take", async () => {
  const { host, half } = asRoot(() => ({ stdout: "line\n", stderr: "warning: full\n" }));
  await half.log(Promise.resolve([STEP]));
  expect(host.stdout).toBe("line\n");
  expect(host.notes).toEqual(["warning: full"]);
});

test("createVolumeHalf() is a child for root in the image, else this process", async () => {
  const root = new FakeHost({ uid: 0, users: [HERMES] });
  root.table.install("hermes-boot", () => ({ stdout: "[]" }));
  expect(await createVolumeHalf(root, "/vol").plan(CONTEXT)).toEqual([]);
  expect(root.table.commands.length).toBe(1);
  const hermes = new FakeHost({ uid: 10_000, users: [HERMES] });
  expect((await createVolumeHalf(hermes, "/vol").plan(CONTEXT)).length).toBe(1);
  expect(hermes.table.commands).toEqual([]);
});

test("VolumeHalf.prepare() sweeps and writes desiredStates down, and spares a profile whose gateway is supervised", async () => {
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
  const half = createLocalVolumeHalf(host, "/vol");
  const planned = await half.plan(CONTEXT);
  expect(await half.prepare(CONTEXT)).toEqual(planned);
  expect(readDesiredState(host, "/vol/profiles/coder")).toBeNull();
  expect(readDesiredState(host, "/vol/profiles/writer")).toBe("running");
  expect(host.disk.has("/vol/profiles/coder/gateway.pid")).toBe(true);
  expect(host.disk.has("/vol/profiles/writer/gateway.pid")).toBe(false);
});

test("VolumeHalf.prepare() says what it cannot remove", async () => {
  const host = new FakeHost();
  host.disk.putFile("/vol/gateway.pid", "12");
  host.disk.fail("/vol", "write", "EROFS");
  await createLocalVolumeHalf(host, "/vol").prepare(CONTEXT);
  expect(host.notes).toEqual([
    "warning: cannot remove the stale /vol/gateway.pid: read-only file system",
  ]);
});

import { expect, test } from "bun:test";
import * as v from "valibot";
import { runContainer } from "./harness/container.ts";
import { createVolume } from "./harness/volume.ts";
import { bootContainer, readOutput, restartContainer } from "./support/booted.ts";
import { BOOT_LINE, readBootLog, withoutTime } from "./support/boot-log.ts";
import { linesOf } from "./support/messages.ts";
import { findGateway } from "./support/processes.ts";
import { readConditions, waitUntilReady } from "./support/status.ts";
import { listTree, ownerAndMode } from "./support/tree.ts";
import { onVolume, onVolumeAsHermes, profileScript } from "./support/volume-content.ts";

const LOG = "/opt/data/logs/container-boot.log";
const LINE = "2026-01-02T03:04:05+0000 profile=default prior_state=None action=registered";

test("the boot log has one line a profile and boot, default first, in UTC", async () => {
  await using volume = await createVolume();
  await onVolumeAsHermes(
    volume,
    profileScript({
      degraded: "degraded",
      draining: "draining",
      failed: "startup_failed",
      fresh: null,
      running: "running",
      starting: "starting",
      stopped: "stopped",
      unknown: "dreaming",
    }),
  );
  const started = Math.floor(Date.now() / 1000) * 1000;
  await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
  const log = await readBootLog(container);
  for (const line of log) {
    expect(line).toMatch(BOOT_LINE);
    const time = Date.parse(line.slice(0, line.indexOf(" ")));
    expect(time).toBeGreaterThanOrEqual(started);
    expect(time).toBeLessThanOrEqual(Date.now());
  }
  expect(log.map(withoutTime)).toEqual([
    "profile=default prior_state=None action=registered",
    "profile=degraded prior_state=degraded action=started",
    "profile=draining prior_state=draining action=started",
    "profile=failed prior_state=startup_failed action=registered",
    "profile=fresh prior_state=None action=registered",
    "profile=running prior_state=running action=started",
    "profile=starting prior_state=starting action=registered",
    "profile=stopped prior_state=stopped action=registered",
    "profile=unknown prior_state=dreaming action=registered",
  ]);
  expect(await ownerAndMode(container, LOG)).toBe("hermes:hermes 644");

  await restartContainer(container);
  expect(await readBootLog(container)).toHaveLength(2 * log.length);
});

test("reconcile goes by what the operator asked for, before what the gateway said", async () => {
  await using volume = await createVolume();
  await onVolumeAsHermes(
    volume,
    `${profileScript({ asked: null, refused: null })}
    echo '{"gateway_state":"stopped","desired_state":"running"}' >profiles/asked/gateway_state.json
    echo '{"gateway_state":"running","desired_state":"stopped"}' >profiles/refused/gateway_state.json
    echo '{"gateway_state":"startup_failed","desired_state":"running"}' >gateway_state.json`,
  );
  await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
  await waitUntilReady(container, ["asked", "default"]);
  expect(await readConditions(container)).toEqual({
    default: "ready",
    asked: "ready",
    refused: "down",
  });
  expect((await readBootLog(container)).map(withoutTime)).toEqual([
    "profile=default prior_state=startup_failed action=started desired_state=running",
    "profile=asked prior_state=stopped action=started desired_state=running",
    "profile=refused prior_state=running action=registered desired_state=stopped",
  ]);
});

test("the boot log is put aside at 256 KiB, and replaces the older one", async () => {
  await using volume = await createVolume();
  await onVolumeAsHermes(
    volume,
    `mkdir logs && yes '${LINE}' | head -c 262144 >logs/container-boot.log && echo old >logs/container-boot.log.1`,
  );
  await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
  expect((await readBootLog(container)).map(withoutTime)).toEqual([
    "profile=default prior_state=None action=registered",
  ]);
  expect(await container.execOk("hermes", ["stat", "-c", "%s", `${LOG}.1`])).toBe("262144\n");
});

test("the boot log below 256 KiB is appended to", async () => {
  await using volume = await createVolume();
  await onVolumeAsHermes(
    volume,
    `mkdir logs && yes '${LINE}' | head -c 262143 >logs/container-boot.log`,
  );
  await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
  const size = await container.execOk("hermes", ["stat", "-c", "%s", LOG]);
  expect(Number(size)).toBeGreaterThan(262_143);
  expect((await container.exec("hermes", ["test", "-e", `${LOG}.1`])).code).toBe(1);
});

test("the boot log is written on when it cannot be put aside", async () => {
  await using volume = await createVolume();
  await onVolumeAsHermes(
    volume,
    `mkdir -p logs/container-boot.log.1/full && yes '${LINE}' | head -n 4000 >logs/container-boot.log`,
  );
  await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
  expect(await readBootLog(container)).toHaveLength(4001);
  expect(linesOf(await readOutput(container), /^warning: cannot rotate /)).toHaveLength(1);
});

const planSchema = v.strictObject({
  version: v.literal(2),
  kind: v.literal("steps"),
  steps: v.array(
    v.strictObject({
      profile: v.string(),
      priorState: v.nullable(v.string()),
      desired: v.nullable(v.picklist(["running", "stopped"])),
      priorExit: v.nullable(v.picklist(["clean", "unclean", "unknown"])),
      action: v.picklist(["started", "registered", "skipped"]),
      reason: v.nullable(v.string()),
    }),
  ),
});

test.each(["root", "hermes"])(
  "reconcile --dry-run --json as %s prints the plan and changes nothing",
  async (user) => {
    await using volume = await createVolume();
    await onVolumeAsHermes(volume, profileScript({ coder: "running", idle: null }));
    await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
    await waitUntilReady(container, ["coder"]);
    const byHand = `cd /opt/data; ${profileScript({ BAD: "running", new: "running" })}; echo '{}' >gateway.pid`;
    await container.execOk("hermes", ["sh", "-euc", byHand]);
    const before = await listTree(container, "/run", "/opt/data");
    const gateway = await findGateway(container, "coder");

    const plan = await container.exec(user, ["hermes-boot", "reconcile", "--dry-run", "--json"]);
    expect(plan.code).toBe(0);
    const { steps } = v.parse(planSchema, JSON.parse(plan.stdout));
    expect(steps.map(({ profile, action }) => `${profile} ${action}`)).toEqual([
      "default registered",
      "BAD skipped",
      "coder started",
      "idle registered",
      "new started",
    ]);
    expect(await listTree(container, "/run", "/opt/data")).toEqual(before);
    expect(await findGateway(container, "coder")).toEqual(gateway);
  },
);

test("reconcile in a container that runs adds what is new and leaves what runs alone", async () => {
  await using volume = await createVolume();
  await onVolumeAsHermes(volume, profileScript({ coder: "running" }));
  await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
  await waitUntilReady(container, ["coder"]);
  const gateway = await findGateway(container, "coder");
  const byHand = `cd /opt/data; ${profileScript({ new: "running" })}`;
  await container.execOk("hermes", ["sh", "-euc", byHand]);
  await container.execOk("root", ["hermes-boot", "reconcile"]);
  await waitUntilReady(container, ["coder", "new"]);
  expect(await findGateway(container, "coder")).toEqual(gateway);
});

test("reconcile sweeps the files that mean nothing in a new container", async () => {
  await using volume = await createVolume();
  const stale = ["gateway.pid", "processes.json"].flatMap((name) => [
    name,
    `profiles/coder/${name}`,
  ]);
  await onVolumeAsHermes(
    volume,
    `${profileScript({ coder: "stopped" })}
    for file in ${stale.join(" ")}; do echo '{"pid": 1}' >"$file"; done
    mkdir -p profiles/.half.tmp-7/logs profiles/.gone.deleted-8/logs`,
  );
  await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
  const names = ["gateway.pid", "processes.json", "*.tmp-*", "*.deleted-*"];
  const tests = names.flatMap((name) => ["-o", "-name", name]).slice(1);
  const left = await container.execOk("root", ["find", "/opt/data", ...tests]);
  expect(left).toBe("");
});

test("reconcile does nothing in a container that is the dashboard, and says so", async () => {
  await using volume = await createVolume();
  await onVolumeAsHermes(volume, profileScript({ coder: "running" }));
  const { stderr } = await runContainer({
    volumes: [`${volume.name}:/opt/data`],
    args: ["dashboard", "--help"],
  });
  expect(linesOf(stderr, /^reconcile: nothing to do: .*dashboard/)).toHaveLength(1);
  expect(await onVolume(volume, "ls logs")).not.toContain("container-boot.log");
});

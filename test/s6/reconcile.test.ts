import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { listTree } from "../support/listing.ts";
import { waitFor } from "../support/program.ts";
import { S6Tree, useTree } from "../support/s6-tree.ts";

const shared = useTree();
const RUNNING = '{"desired_state": "running"}';
const WRAPPER = "/usr/local/lib/hermes/main-wrapper.sh";

const isReady = (tree: S6Tree, name: string) => async () =>
  (await tree.status(name))?.ready === true;

/** A process that has the container's command in its words, as the init of the image has. */
async function pretendCommand(tree: S6Tree, ...words: readonly string[]): Promise<void> {
  // Left behind by who started it, it is a child of PID 1: a part of the tree, as the container's command is.
  const argv = ["/bin/sh", "-c", '/bin/sh -c "sleep 1000; :" "$@" &', "sh", WRAPPER, ...words];
  await Bun.spawn([...tree.enter(argv)], { stdout: "ignore", stderr: "ignore" }).exited;
  await waitFor("the container's command", () =>
    tree.processes().some((one) => one.argv[0] === "/bin/sh" && one.argv.includes(WRAPPER)),
  );
}

test("hermes-boot reconcile --dry-run touches nothing and prints the plan", async () => {
  await using tree = await S6Tree.start();
  tree.addProfile("coder", RUNNING);
  writeFileSync(join(tree.profile("coder"), "gateway.pid"), "12");
  mkdirSync(join(tree.home, "profiles/.coder.tmp-12"));
  const before = [listTree(tree.home), listTree(tree.scanDir)];
  const plain = await tree.boot("reconcile", "--dry-run");
  expect(plain.stdout.replaceAll(/^\S+ /gm, "")).toBe(
    "profile=default prior_state=None action=registered\nprofile=coder prior_state=None action=started desired_state=running\n",
  );
  expect(plain.stderr).toBe("reconcile: gateways: 1 started, 1 registered, 0 skipped (planned)\n");
  const json = await tree.boot("reconcile", "--dry-run", "--json");
  const step = { priorState: null, priorExit: null, reason: null };
  expect(JSON.parse(json.stdout)).toEqual({
    version: 2,
    kind: "steps",
    steps: [
      { ...step, profile: "default", desired: null, action: "registered" },
      { ...step, profile: "coder", desired: "running", action: "started" },
    ],
  });
  expect([listTree(tree.home), listTree(tree.scanDir)]).toEqual(before);
});

test("hermes-boot reconcile starts what is to run and registers the rest, down", async () => {
  const tree = shared();
  tree.addProfile("coder", RUNNING);
  tree.addProfile("worker", '{"gateway_state": "degraded"}');
  tree.addProfile("writer", '{"gateway_state": "running", "desired_state": "stopped"}');
  const { code, stdout, stderr } = await tree.boot("reconcile");
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: "",
    stderr: "reconcile: gateways: 2 started, 2 registered, 0 skipped\n",
  });
  for (const name of ["coder", "worker"]) await waitFor(name, isReady(tree, name));
  for (const name of ["default", "writer"]) {
    expect(await tree.status(name)).toMatchObject({ up: false, wantedUp: false });
  }
});

test("hermes-boot reconcile again disturbs no gateway, sweeps no live one's files, and says so", async () => {
  const tree = shared();
  const before = (await tree.status("coder"))?.pid;
  writeFileSync(join(tree.profile("coder"), "processes.json"), "[]");
  const { code, stderr } = await tree.boot("reconcile");
  expect(code).toBe(0);
  expect(stderr).toContain("0 started, 0 registered, 4 skipped");
  expect((await tree.status("coder"))?.pid).toBe(before ?? 0);
  for (const name of ["gateway.pid", "processes.json"]) {
    expect(existsSync(join(tree.profile("coder"), name))).toBe(true);
  }
});

test("hermes-boot reconcile removes stale files and halves, before it starts anything", async () => {
  await using tree = await S6Tree.start();
  tree.addProfile("coder");
  tree.addProfile("runner", RUNNING);
  for (const name of ["default", "coder", "runner"]) {
    for (const file of ["gateway.pid", "processes.json"]) {
      writeFileSync(join(tree.profile(name), file), '{"pid": 1}');
    }
  }
  for (const name of [".coder.tmp-12", ".old.deleted-3"]) {
    mkdirSync(join(tree.home, "profiles", name, "deep"), { recursive: true });
  }
  expect((await tree.boot("reconcile")).code).toBe(0);
  await waitFor("the gateway", isReady(tree, "runner"));
  for (const path of [
    "gateway.pid",
    "processes.json",
    "profiles/coder/gateway.pid",
    "profiles/coder/processes.json",
    "profiles/runner/processes.json",
    "profiles/.coder.tmp-12",
    "profiles/.old.deleted-3",
  ]) {
    expect({ path, there: existsSync(join(tree.home, path)) }).toEqual({ path, there: false });
  }
  const pid = (await tree.status("runner"))?.pid;
  expect(readFileSync(join(tree.profile("runner"), "gateway.pid"), "utf8")).toContain(
    `"pid":${pid},`,
  );
});

test("a restart of the container brings back what ran, ready, with a new pid, and nothing else", async () => {
  await using tree = await S6Tree.start();
  for (const name of ["coder", "writer", "idle"]) await tree.hermes("profile", "create", name);
  const before = await tree.hermes("-p", "coder", "gateway", "start");
  expect(before.code).toBe(0);
  await tree.hermes("-p", "writer", "gateway", "start");
  await tree.hermes("-p", "writer", "gateway", "stop");
  const state = tree.readState("coder");
  expect((await tree.boot("shutdown")).code).toBe(0);
  await tree.restart();
  expect((await tree.boot("reconcile")).code).toBe(0);
  await waitFor("coder", isReady(tree, "coder"));
  expect(tree.readState("coder")).toMatchObject({ desired_state: "running" });
  expect(tree.readState("coder")["start_time"]).not.toBe(state["start_time"]);
  for (const name of ["default", "writer", "idle"]) {
    expect(await tree.status(name)).toMatchObject({ up: false, wantedUp: false });
  }
});

test("a container that was killed brings back what ran, too", async () => {
  await using tree = await S6Tree.start();
  await tree.hermes("profile", "create", "coder");
  await tree.hermes("-p", "coder", "gateway", "start");
  await tree.restart();
  expect((await tree.boot("reconcile")).code).toBe(0);
  await waitFor("coder", isReady(tree, "coder"));
});

test("hermes gateway stop --all holds through a restart of the container", async () => {
  await using tree = await S6Tree.start();
  for (const name of ["coder", "writer"]) {
    await tree.hermes("profile", "create", name);
    await tree.hermes("-p", name, "gateway", "start");
  }
  await tree.hermes("gateway", "stop", "--all");
  await tree.restart();
  expect((await tree.boot("reconcile")).stderr).toContain("0 started, 3 registered, 0 skipped");
});

test("hermes-boot reconcile of a new volume starts the default gateway for `gateway run`", async () => {
  await using tree = await S6Tree.start();
  await pretendCommand(tree, "gateway", "run");
  expect((await tree.boot("reconcile")).stderr).toContain("1 started, 0 registered");
  await waitFor("the default gateway", isReady(tree, "default"));
});

test("hermes-boot reconcile does nothing beside a dashboard, and says so", async () => {
  await using tree = await S6Tree.start();
  tree.addProfile("coder", RUNNING);
  await pretendCommand(tree, "dashboard");
  const before = [listTree(tree.home), listTree(tree.scanDir)];
  const { code, stderr } = await tree.boot("reconcile");
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: "reconcile: nothing to do: the container's command is the dashboard\n",
  });
  expect([listTree(tree.home), listTree(tree.scanDir)]).toEqual(before);
});

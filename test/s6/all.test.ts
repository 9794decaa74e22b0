import { expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { giveTo, S6Tree } from "../support/s6-tree.ts";

const NOBODY = 65_534;

/** Makes gateways that run and gateways that are down. Each test has a tree of its own: `--all` means all. */
async function populate(
  tree: S6Tree,
  running: readonly string[],
  down: readonly string[],
): Promise<void> {
  await Promise.all(
    [...running, ...down].map(async (name) => {
      expect((await tree.hermes("profile", "create", name)).code).toBe(0);
      if (running.includes(name)) await tree.hermes("-p", name, "gateway", "start");
    }),
  );
}

test("hermes gateway stop --all stops all and counts them", async () => {
  await using tree = await S6Tree.start();
  await populate(tree, ["coder", "writer"], ["idle"]);
  const { code, stdout, stderr } = await tree.hermes("gateway", "stop", "--all");
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: "Stopped 2 profile gateway(s), 1 already stopped\n",
    stderr: "",
  });
  for (const name of ["coder", "writer", "idle"]) {
    expect(await tree.status(name)).toMatchObject({ up: false, wantedUp: false });
    expect(tree.readState(name)).toMatchObject({ desired_state: "stopped" });
    expect(tree.gateways(name)).toEqual([]);
  }
}, 120_000);

test("hermes gateway stop --all goes on past a failure, names it, counts the rest and exits 1", async () => {
  await using tree = await S6Tree.start();
  await populate(tree, ["coder", "writer"], []);
  giveTo(NOBODY, tree.profile("coder"), join(tree.profile("coder"), "gateway_state.json"));
  giveTo(NOBODY, join(tree.directory, "xdg/hermes"));
  for (const name of ["coder", "writer"]) {
    chmodSync(join(tree.slot(name), "supervise"), 0o755);
    chmodSync(join(tree.slot(name), "supervise/control"), name === "coder" ? 0o622 : 0o620);
  }
  const argv = [join(tree.bin, "hermes"), "gateway", "stop", "--all"];
  const { code, stdout, stderr } = await tree.run(argv, { uid: NOBODY });
  expect(code).toBe(1);
  expect(stdout).toBe("Stopped 1 profile gateway(s)\n");
  expect(stderr).toMatch(
    /^Could not stop gateway-writer: s6-svc stop on 'gateway-writer' failed \(rc=111\): .*denied\n$/,
  );
  expect(await tree.status("coder")).toMatchObject({ up: false, wantedUp: false });
  expect(await tree.status("writer")).toMatchObject({ up: true, ready: true });
}, 120_000);

test("hermes gateway restart --all restarts what runs, and leaves the others down", async () => {
  await using tree = await S6Tree.start();
  await populate(tree, ["coder", "writer"], ["idle"]);
  const pids = async () =>
    Promise.all(["coder", "writer", "idle"].map(async (name) => (await tree.status(name))?.pid));
  const before = await pids();
  const { code, stdout } = await tree.hermes("gateway", "restart", "--all");
  expect({ code, stdout }).toEqual({ code: 0, stdout: "Restarted 2 profile gateway(s)\n" });
  const after = await pids();
  expect(after[0]).not.toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
  expect(after[2]).toBe(-1);
}, 120_000);

test("hermes gateway stop --all has nothing to count in an empty scan directory", async () => {
  await using tree = await S6Tree.start();
  expect((await tree.hermes("gateway", "stop", "--all")).stdout).toBe(
    "Stopped 0 profile gateway(s)\n",
  );
}, 120_000);

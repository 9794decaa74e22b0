import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "../support/program.ts";
import { S6Tree } from "../support/s6-tree.ts";

/** Fills a scan directory with services that are down. Nobody supervises them until somebody scans. */
function fill(tree: S6Tree, services: number): void {
  for (let index = 0; index < services; index += 1) {
    const directory = join(tree.scanDir, `filler-${index}`);
    mkdirSync(directory);
    writeFileSync(join(directory, "down"), "");
  }
}

/** s6 2.11 takes 500 unless it is told; from 2.12 on 1000 is the default, and 2.15 cannot be told. */
const TAKE_1000 = `
ulimit -n 8192
case $(s6-svscan --version 2>&1 || :) in *" -c "*) SVSCAN_FLAGS="-c 1000" ;; esac
`;

const slots = (tree: S6Tree) =>
  readdirSync(tree.scanDir)
    .filter((name) => name.startsWith("gateway-"))
    .toSorted();

test("hermes profile create refuses the gateway that s6-svscan has no place for", async () => {
  await using tree = await S6Tree.start();
  fill(tree, 999);
  const { code, stdout, stderr } = await tree.hermes("profile", "create", "surplus");
  expect(code).toBe(1);
  expect(stdout).toBe(`Created profile 'surplus' in ${tree.profile("surplus")}\n`);
  expect(stderr).toBe(
    "✗ Created profile 'surplus', but its gateway is not registered: Cannot register gateway 'surplus': s6-svscan takes 1000 services and has no place left\n  Hint: `hermes -p surplus gateway start` tries again\n",
  );
  expect(slots(tree)).toEqual([]);
  const again = await tree.hermes("-p", "surplus", "gateway", "start");
  expect(again.code).toBe(1);
  expect(again.stderr).toStartWith("✗ Cannot register gateway 'surplus': s6-svscan takes 1000");
  expect(tree.complaints()).toBe("");
}, 120_000);

test("hermes-boot reconcile gives the places to those that are to start, and skips the rest", async () => {
  await using tree = await S6Tree.start();
  fill(tree, 1000 - 2 * 3);
  tree.addProfile("alpha");
  tree.addProfile("beta", '{"desired_state": "running"}');
  tree.addProfile("gamma");
  tree.addProfile("omega", '{"gateway_state": "running"}');
  const dry = await tree.boot("reconcile", "--dry-run");
  expect(dry.stdout.replaceAll(/^\S+ /gm, "")).toBe(
    [
      "profile=default prior_state=None action=registered",
      'profile=alpha prior_state=None action=skipped reason="s6-svscan has no place left"',
      "profile=beta prior_state=None action=started desired_state=running",
      'profile=gamma prior_state=None action=skipped reason="s6-svscan has no place left"',
      "profile=omega prior_state=running action=started prior_exit=unknown",
      "",
    ].join("\n"),
  );
  // The scan at the end of a real run would start a supervisor for every filler.
  expect(slots(tree)).toEqual([]);
}, 120_000);

test("hermes-boot reconcile fills s6-svscan to the last place, and s6 takes them all", async () => {
  await using tree = await S6Tree.start({ prepare: TAKE_1000 });
  fill(tree, 1000 - 2 * 2);
  tree.addProfile("one", '{"desired_state": "running"}');
  tree.addProfile("two", '{"desired_state": "running"}');
  const { code, stderr } = await tree.boot("reconcile");
  expect(code).toBe(0);
  expect(stderr).toBe(
    "warning: profile 'default' is skipped: s6-svscan has no place left\nreconcile: gateways: 2 started, 0 registered, 1 skipped\n",
  );
  expect(slots(tree)).toEqual(["gateway-one", "gateway-two"]);
  await waitFor("both gateways", async () => {
    const statuses = await Promise.all([tree.status("one"), tree.status("two")]);
    return statuses.every((status) => status?.ready === true);
  });
  expect(tree.complaints()).toBe("");
}, 120_000);

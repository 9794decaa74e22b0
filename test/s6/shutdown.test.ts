import { expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "../support/program.ts";
import { S6Tree } from "../support/s6-tree.ts";
import { QUICK_MS } from "../support/quick.ts";

/** Puts another program into the place of a gateway that is down; s6 takes it for ready once it says so. */
async function fixture(tree: S6Tree, name: string, lines: readonly string[]): Promise<void> {
  tree.addProfile(name);
  expect((await tree.boot("register", name)).code).toBe(0);
  // As the slot's own `run` does: it is how `finish` knows the process.
  const script = [
    "#!/bin/sh",
    'IFS= read -r stat <"/proc/$$/stat"',
    "set -- ${stat##*) }",
    'echo "$$ ${20}" >data/pid',
    ...lines,
    "echo >&3",
    "while :; do sleep 0.05; done",
    "",
  ].join("\n");
  writeFileSync(join(tree.slot(name), "run"), script, { mode: 0o755 });
}

const start = async (tree: S6Tree, name: string) => {
  const { code, stderr } = await tree.hermes("-p", name, "gateway", "start");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
};

test("hermes gateway start waits for a gateway that needs a second to get ready", async () => {
  await using tree = await S6Tree.start();
  await fixture(tree, "slow", ["sleep 1", 'touch "$TREE/ready"']);
  const { code, milliseconds } = await tree.hermes("-p", "slow", "gateway", "start");
  expect(code).toBe(0);
  expect(milliseconds).toBeGreaterThan(1000);
  expect(existsSync(join(tree.directory, "ready"))).toBe(true);
}, 120_000);

test("hermes-boot shutdown brings ten gateways down in under 2 s, all to come back", async () => {
  await using tree = await S6Tree.start();
  const names = Array.from({ length: 10 }, (_, index) => `idle${index}`);
  for (const name of names) tree.addProfile(name, '{"desired_state": "running"}');
  await tree.boot("reconcile");
  await waitFor("ten gateways", async () => {
    const statuses = await Promise.all(names.map((name) => tree.status(name)));
    return statuses.every((status) => status?.ready === true);
  });
  const { code, stderr, milliseconds } = await tree.boot("shutdown");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(milliseconds).toBeLessThan(QUICK_MS);
  for (const name of names) {
    expect(tree.gateways(name)).toEqual([]);
    expect(await tree.status(name)).toBeNull();
    expect(tree.readState(name)).toMatchObject({
      gateway_state: "running",
      desired_state: "running",
    });
  }
}, 120_000);

test("hermes-boot shutdown gives a gateway the 5 s that it needs", async () => {
  await using tree = await S6Tree.start();
  const lines = ["trap 'sleep 5; touch \"$TREE/done\"; exit 0' TERM"];
  await fixture(tree, "careful", lines);
  await start(tree, "careful");
  const { stderr, milliseconds } = await tree.boot("shutdown");
  expect(stderr).toBe("");
  expect(existsSync(join(tree.directory, "done"))).toBe(true);
  expect(milliseconds).toBeGreaterThan(5000);
}, 120_000);

test("hermes-boot shutdown kills what is left after its budget, and says so", async () => {
  await using tree = await S6Tree.start();
  await fixture(tree, "deaf", ["trap '' TERM"]);
  await start(tree, "deaf");
  const { code, stderr, milliseconds } = await tree.boot("shutdown");
  expect(code).toBe(0);
  expect(stderr).toBe("warning: not down after 7 s, killed: gateway-deaf\n");
  expect(milliseconds).toBeGreaterThan(7000);
  expect(milliseconds).toBeLessThan(14_000);
  expect(tree.processes().filter(({ argv }) => argv.includes("gateway-deaf"))).toEqual([]);
}, 120_000);

/** Writes commands into a gateway's control FIFO without end. */
const FLOOD = `use Fcntl; $SIG{PIPE} = "IGNORE"; my $end = time + 60; while (time < $end) {
  sysopen(my $fifo, $ARGV[0], O_WRONLY | O_NONBLOCK) or exit;
  1 while syswrite($fifo, $ARGV[1] x 4096);
  select(undef, undef, undef, 0.001);
}`;

test("hermes-boot shutdown ends a gateway whose control FIFO is full of commands", async () => {
  await using tree = await S6Tree.start();
  await fixture(tree, "flooded", []);
  await start(tree, "flooded");
  const fifo = join(tree.slot("flooded"), "supervise/control");
  Bun.spawn([...tree.enter(["/usr/bin/perl", "-e", FLOOD, fifo, "u"])], { env: { ...tree.env } });
  await waitFor("the flood", () => tree.processes().some(({ argv }) => argv.includes(FLOOD)));
  const { code, milliseconds } = await tree.boot("shutdown");
  expect(code).toBe(0);
  expect(milliseconds).toBeLessThan(14_000);
  expect(tree.processes().filter(({ argv }) => argv.includes("gateway-flooded"))).toEqual([]);
}, 120_000);

test("hermes gateway stop kills a gateway that ignores SIGTERM after 10 s, with all of its group", async () => {
  await using tree = await S6Tree.start();
  await fixture(tree, "stubborn", ["trap '' TERM", "sleep 1000 &"]);
  await start(tree, "stubborn");
  const ofGroup = () => tree.processes().filter(({ argv }) => argv.join(" ") === "sleep 1000");
  expect(ofGroup().length).toBe(1);
  const { code, stdout, milliseconds } = await tree.hermes("-p", "stubborn", "gateway", "stop");
  expect({ code, stdout }).toEqual({ code: 0, stdout: "Stopped gateway 'stubborn'\n" });
  expect(milliseconds).toBeGreaterThan(10_000);
  expect(milliseconds).toBeLessThan(20_000);
  expect(await tree.status("stubborn")).toMatchObject({ up: false, wantedUp: false });
  expect(ofGroup()).toEqual([]);
}, 120_000);

test("hermes gateway stop leaves no process of a gateway's group behind that ends well itself", async () => {
  await using tree = await S6Tree.start();
  await fixture(tree, "parent", ["sleep 1001 &"]);
  await start(tree, "parent");
  expect((await tree.hermes("-p", "parent", "gateway", "stop")).code).toBe(0);
  const left = tree.processes().filter(({ argv }) => argv.join(" ") === "sleep 1001");
  expect(left).toEqual([]);
}, 120_000);

test("hermes-boot shutdown asks the main program to end, in the same budget", async () => {
  await using tree = await S6Tree.start();
  // What the init starts is the main program: a shell with the init's name runs it.
  const init = ["sh", "-c", '"$@"; exit "$?"', "/usr/local/lib/hermes/plain/boot"];
  const argv = [...init, join(tree.bin, "hermes-boot"), "main", "--", "sleep", "1002"];
  const main = Bun.spawn([...tree.enter(argv)], { env: { ...tree.env } });
  await waitFor("the main program", () =>
    tree.processes().some((one) => one.argv.join(" ") === "/usr/bin/sleep 1002"),
  );
  const { milliseconds } = await tree.boot("shutdown");
  expect(await main.exited).toBe(143);
  expect(milliseconds).toBeLessThan(QUICK_MS);
}, 120_000);

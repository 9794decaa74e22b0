import { expect, test } from "bun:test";
import { existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "../support/program.ts";
import { S6Tree, useTree } from "../support/s6-tree.ts";

const tree = useTree();

const hidden = () => readdirSync(tree().scanDir).filter((name) => name.startsWith(".gateway"));

test("hermes-boot register publishes a slot with exactly these modes, for root alone to change", async () => {
  tree().addProfile("exact");
  expect((await tree().boot("register", "exact")).code).toBe(0);
  const modeOf = (path: string) => lstatSync(join(tree().slot("exact"), path)).mode & 0o7777;
  for (const [path, mode] of Object.entries({
    "": 0o755,
    run: 0o755,
    finish: 0o755,
    "data/check": 0o755,
    down: 0o644,
    "notification-fd": 0o644,
    "timeout-kill": 0o644,
    supervise: 0o710,
    "supervise/control": 0o620,
    log: 0o755,
    "log/run": 0o755,
    "log/supervise": 0o710,
    "log/supervise/control": 0o620,
  })) {
    expect({ path, mode: modeOf(path).toString(8) }).toEqual({ path, mode: mode.toString(8) });
  }
  expect(lstatSync(join(tree().slot("exact"), "supervise/control")).isFIFO()).toBe(true);
});

test("hermes-boot register makes the same modes under any umask", async () => {
  tree().addProfile("masked");
  const script = 'umask 077; exec "$0" register masked';
  await tree().run(["/bin/sh", "-c", script, join(tree().bin, "hermes-boot")]);
  const outline = (name: string) =>
    readdirSync(tree().slot(name), { recursive: true, encoding: "utf8" })
      .filter((path) => !/event|lock|status|death_tally/.test(path))
      .toSorted()
      .map(
        (path) => `${path} ${(lstatSync(join(tree().slot(name), path)).mode & 0o7777).toString(8)}`,
      );
  expect(outline("masked")).toEqual(outline("exact"));
});

test("the scripts of a slot are good shell, for every name", async () => {
  const longest = "x".repeat(64);
  for (const name of ["default", "9", "a-b_c", longest]) {
    if (name !== "default") tree().addProfile(name);
    expect((await tree().boot("register", name)).code).toBe(0);
    for (const script of ["run", "finish", "data/check", "log/run"]) {
      const path = join(tree().slot(name), script);
      expect(await tree().run(["/bin/sh", "-n", path])).toMatchObject({ code: 0, stderr: "" });
    }
  }
});

test("hermes-boot register of a slot that is supervised leaves it as it is", async () => {
  tree().addProfile("same");
  await tree().boot("register", "same");
  const before = lstatSync(tree().slot("same")).ino;
  expect((await tree().boot("register", "same")).code).toBe(0);
  expect(lstatSync(tree().slot("same")).ino).toBe(before);
});

test("hermes-boot register removes left-over halves first", async () => {
  tree().addProfile("halved");
  for (const suffix of ["tmp", "gone"]) {
    mkdirSync(join(tree().scanDir, `.gateway-halved.${suffix}/supervise`), { recursive: true });
  }
  expect((await tree().boot("register", "halved")).code).toBe(0);
  expect(hidden()).toEqual([]);
  expect(await tree().status("halved")).toMatchObject({ up: false });
});

test("hermes-boot register replaces a slot without a supervisor", async () => {
  tree().addProfile("stale");
  mkdirSync(tree().slot("stale"));
  writeFileSync(join(tree().slot("stale"), "run"), "#!/bin/sh\nexec false\n");
  expect((await tree().boot("register", "stale")).code).toBe(0);
  expect((await tree().hermes("-p", "stale", "gateway", "start")).code).toBe(0);
});

test("hermes-boot unregister leaves nothing of a slot, and says when there is none", async () => {
  tree().addProfile("leaving");
  await tree().boot("register", "leaving");
  await tree().hermes("-p", "leaving", "gateway", "start");
  expect(await tree().boot("unregister", "leaving")).toMatchObject({ code: 0, stderr: "" });
  expect(readdirSync(tree().scanDir).filter((name) => name.includes("leaving"))).toEqual([]);
  const supervisors = tree()
    .processes()
    .filter(({ argv }) => argv.join(" ").includes("leaving"));
  expect(supervisors).toEqual([]);
  expect(await tree().boot("unregister", "leaving")).toMatchObject({
    code: 4,
    stderr: "✗ Cannot unregister gateway 'leaving': no such gateway\n",
  });
});

test.each([
  [["register", "--", "../x"]],
  [["register", "a b"]],
  [["register", "x".repeat(300)]],
  [["register", ""]],
  [["register", "one", "two"]],
  [["register", "noprofile"]],
  [["unregister", "default"]],
  [["registrar", "register", "--help"]],
  [["registrar", "register", "a\nb"]],
  [["registrar", "start", "exact"]],
  [["registrar"]],
])("hermes-boot %j is refused and changes nothing", async (words) => {
  const before = readdirSync(tree().scanDir);
  const { code, stdout, stderr } = await tree().boot(...words);
  expect([1, 2, 4]).toContain(code);
  expect(stdout).toBe("");
  expect(stderr).toStartWith("✗ ");
  expect(readdirSync(tree().scanDir)).toEqual(before);
});

test("two `hermes gateway start` at once start one gateway, and both succeed", async () => {
  tree().addProfile("doubled");
  const results = await Promise.all(
    Array.from({ length: 4 }, () => tree().hermes("-p", "doubled", "gateway", "start")),
  );
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(tree().gateways("doubled").length).toBe(1);
});

test("of many `hermes profile create` of one name at once exactly one wins", async () => {
  const results = await Promise.all(
    Array.from({ length: 6 }, () => tree().hermes("profile", "create", "wanted")),
  );
  expect(results.filter(({ code }) => code === 0).length).toBe(1);
  expect(results.filter(({ code }) => code === 1).length).toBe(5);
  for (const { code, stderr } of results) {
    if (code === 1) expect(stderr).toStartWith("✗ Cannot create profile 'wanted': ");
  }
  expect(await tree().status("wanted")).toMatchObject({ up: false });
  const profiles = readdirSync(join(tree().home, "profiles"));
  expect(profiles.filter((name) => name.startsWith("."))).toEqual([]);
});

test("many `hermes profile create` and `delete` at once do not disturb each other", async () => {
  const names = Array.from({ length: 8 }, (_, index) => `crowd${index}`);
  const made = await Promise.all(names.map((name) => tree().hermes("profile", "create", name)));
  expect(made.map(({ code }) => code)).toEqual(names.map(() => 0));
  const gone = await Promise.all(
    names.map((name) => tree().hermes("profile", "delete", name, "-y")),
  );
  expect(gone.map(({ code }) => code)).toEqual(names.map(() => 0));
  expect(readdirSync(tree().scanDir).filter((name) => name.includes("crowd"))).toEqual([]);
});

test("a scan that is made while slots come and go never sees half of one", async () => {
  await using own = await S6Tree.start();
  const names = Array.from({ length: 6 }, (_, index) => `swift${index}`);
  for (const name of names) own.addProfile(name);
  const stop = join(own.directory, "enough");
  const loop = 'n=0; until [ -e "$1" ]; do s6-svscanctl -a "$0"; n=$((n + 1)); done; echo "$n"';
  const scanning = own.run(["/bin/sh", "-c", loop, own.scanDir, stop]);
  for (let round = 0; round < 4; round += 1) {
    for (const verb of ["register", "unregister"]) {
      const results = await Promise.all(names.map((name) => own.boot(verb, name)));
      expect(results.map(({ code }) => code)).toEqual(names.map(() => 0));
    }
  }
  writeFileSync(stop, "");
  expect(Number((await scanning).stdout)).toBeGreaterThan(100);
  // A slot that leaves between s6-svscan's look at the directory and its look at the slot is whole, and gone.
  const gone = /^s6-svscan: warning: unable to stat gateway-swift\d: No such file or directory$/;
  expect(
    own
      .complaints()
      .split("\n")
      .filter((line) => line !== "" && !gone.test(line)),
  ).toEqual([]);
  await waitFor("the last supervisor to end", () =>
    own.processes().every(({ argv }) => argv[0] !== "s6-supervise"),
  );
  expect(readdirSync(own.scanDir).filter((name) => name.includes("gateway"))).toEqual([]);
  expect(existsSync(join(own.scanDir, ".hermes.lock"))).toBe(true);
});

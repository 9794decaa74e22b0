import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  listCallPoints,
  runWithInjection,
  type CallPoint,
  type CommandLine,
  type Injection,
} from "../support/kill-points.ts";
import type { ProgramResult } from "../support/program.ts";
import { S6Tree } from "../support/s6-tree.ts";

// Kills or fails `hermes profile delete`, `rename` and `create` at their system calls that change something, one call
// at a time. Every call takes minutes, so a part of them is tried; HERMES_TEST_EVERY_CALL=1 tries all of them. They
// mostly wait for s6, so that two of them run at the same time.

const EVERY_CALL = process.env["HERMES_TEST_EVERY_CALL"] === "1";
/** Calls that are tried for each command and injection without HERMES_TEST_EVERY_CALL. */
const SAMPLE = 4;

/** A part of the points that changes from point to point, not from run to run. */
function sample(points: readonly CallPoint[], phase: number): readonly CallPoint[] {
  const step = EVERY_CALL ? 1 : Math.max(1, Math.floor(points.length / SAMPLE));
  return points.filter((_, position) => position % step === phase % step);
}

const namesIn = (directory: string) => (existsSync(directory) ? readdirSync(directory) : []);

/** Everything that is left anywhere of a profile. */
function leftovers(tree: S6Tree, name: string): readonly string[] {
  const directories = [
    join(tree.home, "profiles"),
    join(tree.home, "logs/gateways"),
    join(tree.directory, "xdg/hermes"),
    tree.scanDir,
  ];
  const files = directories.flatMap((directory) =>
    namesIn(directory)
      .filter((file) => file.includes(name))
      .map((file) => `${directory}/${file}`),
  );
  const current = join(tree.home, "active_profile");
  const chosen = existsSync(current) ? readFileSync(current, "utf8").trim() : "";
  const processes = tree.processes().filter(({ argv }) => argv.join(" ").includes(name));
  return [
    // A restart that has waited for another one makes its lock anew; nobody inherits anything from that.
    ...files.filter((path) => !path.endsWith(".restart.lock")),
    ...(chosen === name ? ["the current profile"] : []),
    ...processes.map(({ argv }) => argv.join(" ")),
  ];
}

async function expectDone(tree: S6Tree, ...words: readonly string[]): Promise<ProgramResult> {
  const result = await tree.hermes(...words);
  if (result.code !== 0) throw new Error(`hermes ${words.join(" ")}: ${result.stderr}`);
  return result;
}

/** Makes the profile `dd`, which has memory, logs and a running gateway, and is the current one. */
async function makeProfile(tree: S6Tree): Promise<void> {
  await expectDone(tree, "profile", "create", "dd");
  await expectDone(tree, "profile", "use", "dd");
  writeFileSync(join(tree.profile("dd"), "memories/one"), "remember");
  await expectDone(tree, "-p", "dd", "gateway", "start");
  const logs = join(tree.home, "logs/gateways/dd");
  mkdirSync(logs, { recursive: true });
  writeFileSync(join(logs, "@old.s"), "said\n");
}

/** A profile is as it was, or it is gone: nothing in between. */
function isWhole(tree: S6Tree, name: string): boolean {
  return (
    existsSync(join(tree.profile(name), "memories/one")) &&
    existsSync(join(tree.home, `logs/gateways/${name}/@old.s`)) &&
    tree.readState(name)["desired_state"] === "running"
  );
}

/** Ends with one sentence, not with a stack (`run` refuses one) or a bug's exit code. */
function expectSentence(at: string, injection: Injection, { code, stderr }: ProgramResult): void {
  const codes = injection === "KILL" ? [137, 0] : [0, 1, 75];
  expect({ at, expected: codes.includes(code), code, stderr }).toMatchObject({ expected: true });
  if (code !== 1 && code !== 75) return;
  const isSentence = /^✗ .+: .+$/m.test(stderr);
  expect({ at, isSentence, stderr }).toMatchObject({ at, isSentence: true });
}

/** Makes `dd` anew: it must find nothing of the earlier one. */
async function expectFreshProfile(tree: S6Tree, at: string): Promise<void> {
  await expectDone(tree, "profile", "create", "dd");
  const { desired_state: desired } = tree.readState("dd");
  expect({ at, desired }).toEqual({ at, desired: undefined });
  expect(existsSync(join(tree.profile("dd"), "memories/one"))).toBe(false);
  expect(existsSync(join(tree.home, "logs/gateways/dd/@old.s"))).toBe(false);
  expect(await tree.status("dd")).toMatchObject({ up: false, wantedUp: false });
  await expectDone(tree, "profile", "delete", "dd", "-y");
  expect({ at, left: leftovers(tree, "dd") }).toEqual({ at, left: [] });
}

const DELETE = ["profile", "delete", "dd", "-y"] as const;
const RENAME = ["profile", "rename", "dd", "ee"] as const;
const CREATE = ["profile", "create", "dd"] as const;
const REGISTER = ["register", "dd"] as const;
const UNREGISTER = ["unregister", "dd"] as const;

async function deletePoint(tree: S6Tree, point: CallPoint, injection: Injection): Promise<void> {
  const at = `${injection} at ${point.call} ${point.index}`;
  await makeProfile(tree);
  expectSentence(
    at,
    injection,
    await runWithInjection(tree, ["hermes", ...DELETE], point, injection),
  );
  const isThere = existsSync(tree.profile("dd"));
  expect({ at, isThere, isWhole: isWhole(tree, "dd") }).toEqual({ at, isThere, isWhole: isThere });
  const isPending = existsSync(join(tree.home, "profiles/.dd.deleted"));
  const { stdout } = await tree.hermes("doctor");
  const isNamed = stdout.includes("profile 'dd' is not deleted completely");
  expect({ at, isNamed, stdout }).toMatchObject({ at, isNamed: isPending });
  const second = await tree.hermes(...DELETE);
  if (leftovers(tree, "dd").length > 0 || isThere || isPending) {
    expect({ at, ...second }).toMatchObject({ at, code: 0, stdout: "Deleted profile 'dd'\n" });
  }
  expect({ at, left: leftovers(tree, "dd") }).toEqual({ at, left: [] });
  await expectFreshProfile(tree, at);
}

async function renamePoint(tree: S6Tree, point: CallPoint, injection: Injection): Promise<void> {
  const at = `${injection} at ${point.call} ${point.index}`;
  await makeProfile(tree);
  const result = await runWithInjection(tree, ["hermes", ...RENAME], point, injection);
  expectSentence(at, injection, result);
  const names = ["dd", "ee"].filter((name) => existsSync(tree.profile(name)));
  expect({ at, names: names.length }).toEqual({ at, names: 1 });
  const [name = ""] = names;
  expect({ at, memory: existsSync(join(tree.profile(name), "memories/one")) }).toEqual({
    at,
    memory: true,
  });
  const note = join(tree.profile(name), ".rename.json");
  if (name === "dd" || existsSync(note)) {
    const second = await tree.hermes(...RENAME);
    expect({ at, ...second }).toMatchObject({ at, code: 0 });
  }
  // The gateway matters more than its old logs: that they stay is a warning.
  const oldLogs = join(tree.home, "logs/gateways/dd");
  const isWarned = result.stderr.includes(`warning: cannot move the logs in ${oldLogs} `);
  if (isWarned) rmSync(oldLogs, { recursive: true });
  expect({ at, isWhole: isWhole(tree, "ee"), note: existsSync(note) }).toEqual({
    at,
    isWhole: !isWarned,
    note: false,
  });
  expect({ at, status: await tree.status("ee") }).toMatchObject({ status: { up: true } });
  await expectDone(tree, "profile", "delete", "ee", "-y");
  expect({ at, left: leftovers(tree, "ee") }).toEqual({ at, left: [] });
  await expectFreshProfile(tree, at);
}

async function createPoint(tree: S6Tree, point: CallPoint, injection: Injection): Promise<void> {
  const at = `${injection} at ${point.call} ${point.index}`;
  expectSentence(
    at,
    injection,
    await runWithInjection(tree, ["hermes", ...CREATE], point, injection),
  );
  if (existsSync(tree.profile("dd"))) {
    expect({ at, ...(await tree.hermes("-p", "dd", "gateway", "start")) }).toMatchObject({
      at,
      code: 0,
    });
  } else await expectDone(tree, ...CREATE);
  await expectDone(tree, ...DELETE);
  await expectDone(tree, "doctor", "--fix");
  expect({ at, left: leftovers(tree, "dd") }).toEqual({ at, left: [] });
}

async function registerPoint(tree: S6Tree, point: CallPoint, injection: Injection): Promise<void> {
  const at = `${injection} at ${point.call} ${point.index}`;
  tree.addProfile("dd");
  const command = ["hermes-boot", ...REGISTER] as const;
  expectSentence(at, injection, await runWithInjection(tree, command, point, injection));
  expect({ at, ...(await tree.boot(...REGISTER)) }).toMatchObject({ at, code: 0 });
  expect({ at, status: await tree.status("dd") }).toMatchObject({ at, status: { up: false } });
  await expectDone(tree, ...DELETE);
  expect({ at, left: leftovers(tree, "dd") }).toEqual({ at, left: [] });
}

async function unregisterPoint(
  tree: S6Tree,
  point: CallPoint,
  injection: Injection,
): Promise<void> {
  const at = `${injection} at ${point.call} ${point.index}`;
  await makeProfile(tree);
  const command = ["hermes-boot", ...UNREGISTER] as const;
  expectSentence(at, injection, await runWithInjection(tree, command, point, injection));
  // What is half out of s6 comes back, and what is out goes.
  expect({ at, ...(await tree.boot(...REGISTER)) }).toMatchObject({ at, code: 0 });
  expect({ at, isSupervised: (await tree.status("dd")) !== null }).toEqual({
    at,
    isSupervised: true,
  });
  await expectDone(tree, ...DELETE);
  expect({ at, left: leftovers(tree, "dd") }).toEqual({ at, left: [] });
}

interface Sweep {
  readonly title: string;
  readonly command: CommandLine;
  readonly prepare: (tree: S6Tree) => Promise<void>;
  readonly tidyUp: (tree: S6Tree) => Promise<unknown>;
  readonly tryPoint: (tree: S6Tree, point: CallPoint, injection: Injection) => Promise<void>;
}

const SWEEPS: readonly Sweep[] = [
  {
    title: "hermes profile delete",
    command: ["hermes", ...DELETE],
    prepare: makeProfile,
    tidyUp: async () => undefined,
    tryPoint: deletePoint,
  },
  {
    title: "hermes profile rename",
    command: ["hermes", ...RENAME],
    prepare: makeProfile,
    tidyUp: (tree) => expectDone(tree, "profile", "delete", "ee", "-y"),
    tryPoint: renamePoint,
  },
  {
    title: "hermes profile create",
    command: ["hermes", ...CREATE],
    prepare: async () => undefined,
    tidyUp: (tree) => expectDone(tree, ...DELETE),
    tryPoint: createPoint,
  },
  {
    title: "hermes-boot register",
    command: ["hermes-boot", ...REGISTER],
    prepare: async (tree) => void tree.addProfile("dd"),
    tidyUp: (tree) => expectDone(tree, ...DELETE),
    tryPoint: registerPoint,
  },
  {
    title: "hermes-boot unregister",
    command: ["hermes-boot", ...UNREGISTER],
    prepare: makeProfile,
    tidyUp: (tree) => expectDone(tree, ...DELETE),
    tryPoint: unregisterPoint,
  },
];

const INJECTIONS: readonly Injection[] = ["KILL", "EIO", "EMFILE", "ENOSPC"];

describe.each([...SWEEPS])("$title", ({ command, prepare, tidyUp, tryPoint }) => {
  test.concurrent.each(INJECTIONS.map((injection, phase) => [injection, phase] as const))(
    "%s at any call that changes something leaves all or nothing, and can be called again",
    async (injection, phase) => {
      await using tree = await S6Tree.start();
      await prepare(tree);
      const points = await listCallPoints(tree, command, injection);
      expect(points.length).toBeGreaterThan(15);
      await tidyUp(tree);
      for (const point of sample(points, phase)) await tryPoint(tree, point, injection);
    },
    EVERY_CALL ? 1_800_000 : 300_000,
  );
});

test("hermes profile delete works on a full disk", async () => {
  await using tree = await S6Tree.start({
    prepare: 'mount -t tmpfs -o size=1m,nr_inodes=200,mode=755 tmpfs "$TREE/home"',
  });
  await expectDone(tree, "profile", "create", "dd");
  await expectDone(tree, "-p", "dd", "gateway", "start");
  // Neither a byte nor a name is left.
  const fill = `cd ${tree.home}/profiles/dd; dd if=/dev/zero of=big bs=4k 2>/dev/null
    i=0; while : >"empty$i"; do i=$((i + 1)); done 2>/dev/null`;
  await tree.run(["/bin/sh", "-c", `${fill}; :`]);
  for (const script of [`echo x >>${tree.home}/profiles/dd/big`, `mkdir ${tree.home}/probe`]) {
    expect(await tree.run(["/bin/sh", "-c", script])).not.toMatchObject({ code: 0 });
  }
  const result = await tree.hermes(...DELETE);
  expect(result).toMatchObject({ code: 0, stdout: "Deleted profile 'dd'\n" });
  const profiles = await tree.run(["/bin/ls", "-A", join(tree.home, "profiles")]);
  expect(profiles.stdout).toBe("");
});

test("two `hermes profile delete` of one name at once both succeed and leave nothing", async () => {
  await using tree = await S6Tree.start();
  await makeProfile(tree);
  const results = await Promise.all([tree.hermes(...DELETE), tree.hermes(...DELETE)]);
  expect(results.map(({ code }) => code)).toEqual([0, 0]);
  expect(leftovers(tree, "dd")).toEqual([]);
});

test("delete, create, rename and start of one name at once leave whole profiles", async () => {
  await using tree = await S6Tree.start();
  for (let round = 0; round < 4; round += 1) {
    await makeProfile(tree);
    const results = await Promise.all([
      tree.hermes(...DELETE),
      tree.hermes(...CREATE),
      tree.hermes(...RENAME),
      tree.hermes("-p", "dd", "gateway", "start"),
      tree.hermes("-p", "dd", "gateway", "restart"),
    ]);
    for (const { code, stderr } of results) {
      expect({ expected: [0, 1, 4].includes(code), stderr }).toMatchObject({ expected: true });
    }
    const profiles = namesIn(dirname(tree.profile("dd")));
    expect(profiles.filter((name) => name.startsWith("."))).toEqual([]);
    for (const name of ["dd", "ee"]) {
      if (profiles.includes(name)) {
        expect(namesIn(tree.profile(name))).toContain("SOUL.md");
        expect(await tree.status(name)).not.toBeNull();
        await expectDone(tree, "profile", "delete", name, "-y");
      }
      expect({ round, left: leftovers(tree, name) }).toEqual({ round, left: [] });
    }
  }
});

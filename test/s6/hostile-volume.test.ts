import { beforeAll, expect, test } from "bun:test";
import * as v from "valibot";
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { HERMES_UID, IMAGE_LIKE } from "../support/image-like.ts";
import { waitFor, type ProgramResult } from "../support/program.ts";
import { DOES_NOT_HANG_MS } from "../support/quick.ts";
import { giveTo, useTree } from "../support/s6-tree.ts";

const tree = useTree(IMAGE_LIKE);
const RUNNING = '{"desired_state": "running"}';

/** What each hostile profile must come to: the action and the reason of its line. */
const EXPECTED: Readonly<Record<string, readonly [string, string | null]>> = {
  default: ["registered", null],
  // The names, in the order of the log.
  "-p": ["skipped", "names are"],
  Capital: ["skipped", "names are"],
  "\u001b[2Jescape": ["skipped", "names are"],
  "new\nline": ["skipped", "names are"],
  root: ["skipped", "'root' is reserved"],
  "two words": ["skipped", "names are"],
  ["x".repeat(255)]: ["skipped", "names are"],
  linked: ["skipped", "it is a link to profile 'good-intent'"],
  nowhere: ["skipped", "it is a link that leads nowhere"],
  circle: ["skipped", "it is a link that leads back to itself"],
  "profiles/default": ["skipped", "'default' is the root profile"],
  "caf%E9": ["skipped", "its name is not UTF-8"],
  unreadable: ["skipped", "cannot read the profile directory: permission denied"],
  "soul-directory": ["skipped", "its SOUL.md is a directory"],
  "soul-fifo": ["skipped", "its SOUL.md is a fifo"],
  "soul-to-fifo": ["skipped", "its SOUL.md is a link to a fifo"],
  "soul-to-device": ["skipped", "its SOUL.md is a link to a device"],
  "soul-to-proc": ["skipped", "its SOUL.md is a link to a file of the kernel"],
  "soul-nowhere": ["skipped", "its SOUL.md is a link that leads nowhere"],
  // The state files.
  array: ["registered", "state file is not an object"],
  deep: ["registered", "state file is not JSON"],
  directory: ["registered", "state file is a directory"],
  empty: ["registered", "state file is not JSON"],
  fifo: ["registered", "state file is a fifo"],
  huge: ["registered", "state file is larger than 1048576 bytes"],
  dangling: ["registered", "state file is a link that leads nowhere"],
  "link-to-fifo": ["registered", "state file is a link to a fifo"],
  "link-to-good": ["started", null],
  nothing: ["registered", "state file is not an object"],
  number: ["registered", "state file has an invalid gateway_state"],
  secret: ["registered", "state file cannot be read: permission denied"],
  text: ["registered", "state file is not JSON"],
  utf16: ["registered", "state file is not JSON"],
  // The healthy ones.
  "good-down": ["registered", null],
  "good-intent": ["started", null],
  "good-state": ["started", null],
  "odd-pid": ["started", "state file has an invalid pid"],
  "odd-zero": ["started", "state file has an invalid pid"],
  "odd-start-time": ["started", "state file has an invalid start_time, updated_at"],
  elsewhere: ["started", null],
  mounted: ["registered", null],
};

function makeStates(): void {
  const texts: Readonly<Record<string, string>> = {
    array: "[]",
    deep: "[".repeat(1_000_000),
    empty: "",
    nothing: "null",
    number: '{"gateway_state": 7}',
    text: "desired_state: running",
    "good-intent": RUNNING,
    "good-state": '{"gateway_state": "draining"}',
    "odd-pid": '{"desired_state": "running", "pid": "123"}',
    "odd-zero": '{"desired_state": "running", "pid": 0}',
    "odd-start-time":
      '{"desired_state": "running", "pid": 0.5e1, "start_time": [], "updated_at": {}}',
  };
  for (const [name, text] of Object.entries(texts)) tree().addProfile(name, text);
  tree().addProfile("good-down");
  const stateFile = (name: string) => join(tree().addProfile(name), "gateway_state.json");
  mkdirSync(stateFile("directory"));
  writeFileSync(stateFile("huge"), RUNNING);
  truncateSync(stateFile("huge"), 200_000_000);
  symlinkSync("/nowhere", stateFile("dangling"));
  const good = join(tree().profile("good-intent"), "gateway_state.json");
  symlinkSync(good, stateFile("link-to-good"));
  symlinkSync(join(tree().profile("fifo"), "gateway_state.json"), stateFile("link-to-fifo"));
  writeFileSync(stateFile("utf16"), Buffer.from(`\uFEFF${RUNNING}`, "utf16le"));
  writeFileSync(stateFile("secret"), RUNNING, { mode: 0o600 });
  stateFile("fifo");
}

/** Links as an orchestrator or an operator makes them, and what they must not lead to. */
function makeLinks(): void {
  const souls = {
    "soul-to-fifo": join(tree().profile("soul-fifo"), "SOUL.md"),
    "soul-to-device": "/dev/zero",
    "soul-to-proc": "/proc/self/environ",
    "soul-nowhere": "/nowhere",
    mounted: "..data/SOUL.md",
  };
  for (const [name, target] of Object.entries(souls)) {
    mkdirSync(tree().profile(name));
    symlinkSync(target, join(tree().profile(name), "SOUL.md"));
  }
  mkdirSync(join(tree().profile("mounted"), "..2026"));
  writeFileSync(join(tree().profile("mounted"), "..2026/SOUL.md"), "You are brief.");
  symlinkSync("..2026", join(tree().profile("mounted"), "..data"));
  mkdirSync(join(tree().profile("soul-directory"), "SOUL.md"), { recursive: true });
  mkdirSync(tree().profile("soul-fifo"));
  const elsewhere = join(tree().home, "elsewhere");
  mkdirSync(elsewhere);
  writeFileSync(join(elsewhere, "SOUL.md"), "");
  writeFileSync(join(elsewhere, "gateway_state.json"), RUNNING);
  symlinkSync("../elsewhere", tree().profile("elsewhere"));
  symlinkSync("/nowhere", tree().profile("nowhere"));
  symlinkSync("circle", tree().profile("circle"));
  mkdirSync(Buffer.concat([Buffer.from(tree().profile("caf")), Buffer.of(0xe9)]));
}

async function makeVolume(): Promise<void> {
  makeStates();
  makeLinks();
  mkdirSync(join(tree().home, "profiles/default"));
  writeFileSync(join(tree().home, "profiles/default/SOUL.md"), "");
  const bad = [
    "-p",
    "Capital",
    "\u001b[2Jescape",
    "new\nline",
    "root",
    "two words",
    "x".repeat(255),
  ];
  for (const name of [...bad, "unreadable"]) tree().addProfile(name, RUNNING);
  symlinkSync(tree().profile("good-intent"), tree().profile("linked"));
  // None of these is meant to be a profile.
  mkdirSync(tree().profile("no-marker"));
  writeFileSync(tree().profile("a-file"), "");
  mkdirSync(tree().profile(".hidden"));
  await tree().run(["/usr/bin/mkfifo", join(tree().profile("fifo"), "gateway_state.json")]);
  await tree().run(["/usr/bin/mkfifo", join(tree().profile("soul-fifo"), "SOUL.md")]);
  await tree().run(["/bin/chown", "-R", "-h", `${HERMES_UID}:${HERMES_UID}`, tree().home]);
  giveTo(0, join(tree().profile("secret"), "gateway_state.json"), tree().profile("unreadable"));
  chmodSync(tree().profile("unreadable"), 0o700);
}

const reportSchema = v.object({
  steps: v.array(
    v.object({ profile: v.string(), action: v.string(), reason: v.nullable(v.string()) }),
  ),
});

let result: ProgramResult;
let steps: v.InferOutput<typeof reportSchema>["steps"] = [];

beforeAll(async () => {
  await makeVolume();
  result = await tree().boot("reconcile", "--json");
  steps = v.parse(reportSchema, JSON.parse(result.stdout)).steps;
});

test("hermes-boot reconcile of a hostile volume exits 0, soon and quietly", () => {
  expect(result.code).toBe(0);
  expect(result.stderr).toBe("");
  expect(result.milliseconds).toBeLessThan(DOES_NOT_HANG_MS);
});

test("hermes-boot reconcile sees every profile, default first, and no other", () => {
  const names = steps.map(({ profile }) => profile);
  expect(names[0]).toBe("default");
  expect(names.slice(1)).toEqual(names.slice(1).toSorted());
  expect(names.toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
});

test.each(Object.entries(EXPECTED))(
  "hermes-boot reconcile of the hostile profile %j: %j",
  (name, [action, reason]) => {
    const step = steps.find(({ profile }) => profile === name);
    expect(step?.action).toBe(action);
    if (reason === null) expect(step?.reason).toBeNull();
    else expect(step?.reason).toStartWith(reason);
  },
);

test("hermes-boot reconcile writes one line for each into the boot log", () => {
  const log = readFileSync(join(tree().home, "logs/container-boot.log"), "utf8");
  const lines = log.trimEnd().split("\n");
  expect(lines.length).toBe(Object.keys(EXPECTED).length);
  const shape =
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000 profile=(?:\S+|"[^"]*") prior_state=\S+ action=(?:started|registered|skipped)(?: \w+=(?:[^ "]+|"(?:[^"\\]|\\.)*"))*$/;
  expect(lines.filter((line) => !shape.test(line))).toEqual([]);
  expect(log).toContain('profile="new\\nline" prior_state=None action=skipped');
  expect(log).not.toContain("\u001b");
});

test("hermes-boot reconcile starts the healthy ones beside all that", async () => {
  await waitFor("the healthy gateways", async () => {
    const names = ["good-intent", "good-state", "odd-pid", "odd-zero", "elsewhere"];
    const statuses = await Promise.all(names.map((name) => tree().status(name)));
    return statuses.every((status) => status?.ready === true);
  });
  expect(await tree().status("good-down")).toMatchObject({ up: false, wantedUp: false });
  expect(await tree().status("huge")).toMatchObject({ up: false, wantedUp: false });
});

test.each(["array", "directory", "fifo", "huge", "dangling", "utf16"])(
  "hermes gateway start and stop of the profile with a hostile state file (%s) work",
  async (name) => {
    const start = await tree().hermes("-p", name, "gateway", "start");
    expect({ code: start.code, stderr: start.stderr }).toEqual({ code: 0, stderr: "" });
    expect(tree().readState(name)).toMatchObject({ desired_state: "running" });
    expect((await tree().hermes("-p", name, "gateway", "stop")).code).toBe(0);
    expect(tree().readState(name)).toMatchObject({ desired_state: "stopped" });
  },
);

test("hermes -p NAME of a profile that may not be read says so, and where to look", async () => {
  const { code, stderr } = await tree().hermes("-p", "unreadable", "gateway", "start");
  expect(code).toBe(1);
  expect(stderr).toBe(
    `✗ Cannot read profile 'unreadable': ${tree().profile("unreadable")}: permission denied\n` +
      "  Hint: see `hermes doctor` for what is wrong with the volume\n",
  );
});

test("hermes profile list and status leave the hostile ones out, and work", async () => {
  const { code, stdout } = await tree().hermes("profile", "list");
  expect(code).toBe(0);
  expect(stdout).not.toMatch(/Capital|two words|unreadable|linked|no-marker|soul-/);
  expect((await tree().hermes("status")).code).toBe(0);
});

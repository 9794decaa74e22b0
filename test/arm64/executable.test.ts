import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { REPOSITORY } from "../support/executable.ts";
import { runProgram, waitFor, type ProgramResult } from "../support/program.ts";

/** The C library of arm64: a whole Debian, or what qemu needs of one. */
const ROOT = process.env["HERMES_TEST_ARM64_ROOT"] ?? "";
const EXECUTABLE = join(REPOSITORY, "dist/hermes-linux-arm64");
const BOOT_LINE =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000 profile=(\S+) prior_state=(\S+) action=(\S+)(?: prior_exit=\w+)?$/;

const directory = mkdtempSync(join(tmpdir(), "hermes-arm64-"));
const home = join(directory, "home");
const scanDir = join(directory, "scan");
const env = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: directory,
  HERMES_HOME: home,
  S6_PROFILE_GATEWAY_SCANDIR: scanDir,
  XDG_RUNTIME_DIR: join(directory, "run"),
};
let svscan: Bun.Subprocess | null = null;

beforeAll(async () => {
  if (ROOT === "") throw new Error("HERMES_TEST_ARM64_ROOT is not set: run 'scripts/test arm64'");
  for (const name of ["home", "scan", "run"]) mkdirSync(join(directory, name));
  // The supervisor is this machine's own: only what is built here has to be of arm64.
  svscan = Bun.spawn(["s6-svscan", scanDir], { env, stdin: "ignore", stdout: "ignore" });
  await waitFor("s6-svscan", () => existsSync(join(scanDir, ".s6-svscan/control")));
});

afterAll(async () => {
  svscan?.kill("SIGTERM");
  await svscan?.exited;
  rmSync(directory, { recursive: true, force: true });
});

/** The words that run the executable, by the name it is to be called by. */
function asArm64(name: string, ...words: readonly string[]): readonly string[] {
  if (process.arch === "arm64") {
    return ["bash", "-c", 'exec -a "$0" "$@"', name, EXECUTABLE, ...words];
  }
  return ["qemu-aarch64-static", "-0", name, "-L", ROOT, EXECUTABLE, ...words];
}

function run(name: string, ...words: readonly string[]): Promise<ProgramResult> {
  return runProgram(asArm64(name, ...words), { env });
}

async function planned(): Promise<string> {
  return (await run("hermes-boot", "reconcile", "--dry-run")).stdout;
}

async function slotStatus(name: string): Promise<string> {
  const slot = join(scanDir, `gateway-${name}`);
  return (await runProgram(["s6-svstat", "-o", "up,wantedup", slot], { env })).stdout;
}

test("the executable is one for arm64", () => {
  // e_machine of the ELF header: EM_AARCH64.
  expect(readFileSync(EXECUTABLE).readUInt16LE(18)).toBe(183);
});

test("hermes version says the version of the package", async () => {
  const text = readFileSync(join(REPOSITORY, "package.json"), "utf8");
  const version = /^ {2}"version": "([^"]+)"/m.exec(text)?.[1];
  expect(version).toBeDefined();
  const result = await run("hermes", "version");
  expect(result).toMatchObject({ code: 0, stderr: "" });
  expect(result.stdout).toStartWith(`hermes ${version} (`);
});

test("hermes-boot reconcile publishes a slot for every profile, which s6 supervises", async () => {
  for (const [name, state] of [
    ["coder", "stopped"],
    ["writer", "startup_failed"],
  ] as const) {
    const profile = join(home, "profiles", name);
    mkdirSync(profile, { recursive: true });
    writeFileSync(join(profile, "SOUL.md"), "soul\n");
    writeFileSync(join(profile, "gateway_state.json"), `{"gateway_state":"${state}"}`);
  }
  const dryRun = await run("hermes-boot", "reconcile", "--dry-run");
  expect(dryRun.code).toBe(0);
  expect(dryRun.stdout.trimEnd().split("\n")).toHaveLength(3);
  expect(readdirSync(scanDir)).toEqual([".s6-svscan"]);

  const result = await run("hermes-boot", "reconcile");
  expect(result).toMatchObject({ code: 0, stdout: "" });
  for (const name of ["default", "coder", "writer"]) {
    await waitFor(
      `the slot of '${name}'`,
      async () => (await slotStatus(name)) === "false false\n",
    );
  }
  const log = readFileSync(join(home, "logs/container-boot.log"), "utf8").trimEnd().split("\n");
  expect(log.map((line) => BOOT_LINE.exec(line)?.slice(1))).toEqual([
    ["default", "None", "registered"],
    ["coder", "stopped", "registered"],
    ["writer", "startup_failed", "registered"],
  ]);
});

test("hermes-boot reconcile reads a state file through a link, and appends to no log that is one", async () => {
  const profile = join(home, "profiles/linked");
  const elsewhere = join(directory, "state.json");
  const log = join(home, "logs/container-boot.log");
  mkdirSync(profile, { recursive: true });
  writeFileSync(join(profile, "SOUL.md"), "soul\n");
  writeFileSync(elsewhere, `{"desired_state":"running","gateway_state":"running"}`);
  const before = readFileSync(elsewhere, "utf8");
  try {
    symlinkSync(elsewhere, join(profile, "gateway_state.json"));
    expect(await planned()).toMatch(/profile=linked prior_state=running action=started/);
    rmSync(profile, { recursive: true });
    // The flag that says so has another value on x86_64.
    rmSync(log);
    symlinkSync(elsewhere, log);
    const { stderr } = await run("hermes-boot", "reconcile");
    expect(stderr).toContain(log);
    expect(readFileSync(elsewhere, "utf8")).toBe(before);
  } finally {
    rmSync(profile, { recursive: true, force: true });
    rmSync(log, { force: true });
  }
});

test("hermes profile create and delete add and remove a slot", async () => {
  const created = await run("hermes", "profile", "create", "fresh");
  expect(created.code).toBe(0);
  expect(await slotStatus("fresh")).toBe("false false\n");
  const deleted = await run("hermes", "profile", "delete", "fresh", "-y");
  expect(deleted).toMatchObject({ code: 0, stdout: "Deleted profile 'fresh'\n" });
  expect(readdirSync(scanDir).filter((name) => name.includes("fresh"))).toEqual([]);
});

test("hermes gateway run records its life and ends on SIGTERM", async () => {
  const words = asArm64("hermes", "-p", "coder", "gateway", "run", "--no-supervise");
  const gateway = Bun.spawn([...words], { env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const stateFile = join(home, "profiles/coder/gateway_state.json");
  try {
    await waitFor("the gateway", () =>
      readFileSync(stateFile, "utf8").includes(`"gateway_state": "running"`),
    );
  } finally {
    gateway.kill("SIGTERM");
  }
  expect(await gateway.exited).toBe(0);
  expect(await gateway.stderr.text()).toContain("Gateway 'coder' ended after SIGTERM");
});

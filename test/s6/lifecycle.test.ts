import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { waitFor } from "../support/program.ts";
import { useTree } from "../support/s6-tree.ts";
import { QUICK_MS } from "../support/quick.ts";

const tree = useTree({ env: { BUN_OPTIONS: "--preload=/nowhere/evil.ts", NODE_OPTIONS: "--x" } });

/** The executable itself is started by the slot's scripts only, which clear these. */
const CLEAN = { BUN_OPTIONS: "", NODE_OPTIONS: "" };

function hermes(...words: readonly string[]) {
  return tree().run([join(tree().bin, "hermes"), ...words], { env: CLEAN });
}

async function create(name: string): Promise<void> {
  expect((await hermes("profile", "create", name)).code).toBe(0);
}

async function start(name: string): Promise<number> {
  const { code, stdout } = await hermes("-p", name, "gateway", "start");
  expect(code).toBe(0);
  return Number(/\(pid (\d+)\), ready\n$/.exec(stdout)?.[1]);
}

test("hermes profile create makes a slot that is supervised and down", async () => {
  const { code, stdout, stderr } = await hermes("profile", "create", "made");
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: `Created profile 'made' in ${tree().profile("made")}\nRegistered gateway 'made', down\n`,
    stderr: "Next: hermes -p made gateway start\n",
  });
  expect(existsSync(join(tree().slot("made"), "down"))).toBe(true);
  expect(await tree().status("made")).toEqual({
    up: false,
    wantedUp: false,
    ready: false,
    pid: -1,
  });
  expect(readdirSync(tree().scanDir).filter((name) => name.startsWith(".gateway"))).toEqual([]);
});

test("hermes gateway start returns when the gateway is ready, and says its pid", async () => {
  await create("prompt");
  const pid = await start("prompt");
  expect(await tree().status("prompt")).toEqual({ up: true, wantedUp: true, ready: true, pid });
  expect(tree().readState("prompt")).toMatchObject({
    gateway_state: "running",
    desired_state: "running",
    kind: "hermes-gateway",
    pid,
    hermes_home: tree().profile("prompt"),
  });
  expect(
    tree()
      .gateways("prompt")
      .map((one) => one.pid),
  ).toEqual([pid]);
});

test("hermes gateway start of a gateway that runs changes nothing", async () => {
  await create("twice");
  const pid = await start("twice");
  const { code, stdout } = await hermes("-p", "twice", "gateway", "start");
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `Already running: gateway 'twice' (pid ${pid}), ready\n`,
  });
});

test("hermes gateway stop leaves it down, records that, and leaves no process behind", async () => {
  await create("brief");
  await start("brief");
  const { code, stdout, milliseconds } = await hermes("-p", "brief", "gateway", "stop");
  expect({ code, stdout }).toEqual({ code: 0, stdout: "Stopped gateway 'brief'\n" });
  expect(milliseconds).toBeLessThan(QUICK_MS);
  expect(await tree().status("brief")).toMatchObject({ up: false, wantedUp: false });
  expect(tree().gateways("brief")).toEqual([]);
  expect(tree().readState("brief")).toMatchObject({
    gateway_state: "stopped",
    desired_state: "stopped",
    exit_reason: "stop",
  });
  expect(existsSync(join(tree().profile("brief"), "gateway.pid"))).toBe(false);
  expect((await hermes("-p", "brief", "gateway", "stop")).stdout).toBe(
    "Already stopped: gateway 'brief'\n",
  );
});

test("hermes gateway start without -p acts on gateway-default, which needs no profile create", async () => {
  const { code, stdout } = await hermes("gateway", "start");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Started gateway 'default' \(pid \d+\), ready\n$/);
  expect(await tree().status("default")).toMatchObject({ up: true, ready: true });
  expect(tree().gateways("default").length).toBe(1);
  expect(tree().readState("default")).toMatchObject({ hermes_home: tree().home });
  expect((await hermes("gateway", "stop")).stdout).toBe("Stopped gateway 'default'\n");
});

test("hermes gateway restart gives a new process, ready", async () => {
  await create("again");
  const before = await start("again");
  const { code, stdout } = await hermes("-p", "again", "gateway", "restart");
  const after = await tree().status("again");
  expect(code).toBe(0);
  expect(stdout).toBe(`Restarted gateway 'again' (pid ${after?.pid}), ready\n`);
  expect(after).toMatchObject({ up: true, ready: true });
  expect(after?.pid).not.toBe(before);
  expect(tree().readState("again")).toMatchObject({ desired_state: "running" });
});

test("hermes gateway restart starts a gateway that is down", async () => {
  await create("asleep");
  expect((await hermes("-p", "asleep", "gateway", "restart")).code).toBe(0);
  expect(await tree().status("asleep")).toMatchObject({ up: true, ready: true });
});

test("hermes profile delete removes slot, processes, directory and logs", async () => {
  await create("doomed");
  await start("doomed");
  const logs = join(tree().home, "logs/gateways/doomed");
  await waitFor("the gateway's log", () => existsSync(join(logs, "current")));
  const { code, stdout } = await hermes("profile", "delete", "doomed", "-y");
  expect({ code, stdout }).toEqual({ code: 0, stdout: "Deleted profile 'doomed'\n" });
  for (const path of [tree().slot("doomed"), tree().profile("doomed"), logs]) {
    expect(existsSync(path)).toBe(false);
  }
  expect(
    tree()
      .processes()
      .filter(({ argv }) => argv.join(" ").includes("doomed")),
  ).toEqual([]);
  expect(readdirSync(tree().scanDir).filter((name) => name.includes("doomed"))).toEqual([]);
});

test("hermes profile delete of a gateway that never ran takes no time", async () => {
  await create("stillborn");
  const { code, milliseconds } = await hermes("profile", "delete", "stillborn", "-y");
  expect(code).toBe(0);
  expect(milliseconds).toBeLessThan(QUICK_MS);
  expect(existsSync(tree().slot("stillborn"))).toBe(false);
});

test("hermes profile create takes the name of a deleted profile again", async () => {
  await create("phoenix");
  await start("phoenix");
  expect((await hermes("profile", "delete", "phoenix", "-y")).code).toBe(0);
  await create("phoenix");
  await start("phoenix");
});

test("hermes gateway start registers a profile that was made by hand", async () => {
  tree().addProfile("handmade");
  await start("handmade");
  expect(await tree().status("handmade")).toMatchObject({ up: true, ready: true });
});

test("hermes called by a link that is named after a profile acts for it", async () => {
  await create("linked");
  const link = join(tree().bin, "linked");
  symlinkSync("hermes", link);
  expect((await tree().run([link, "gateway", "start"], { env: CLEAN })).stdout).toMatch(
    /^Started gateway 'linked' /,
  );
});

test("hermes status shows what is wanted and what is", async () => {
  await create("shown");
  const pid = await start("shown");
  const { stdout } = await hermes("status", "--json");
  const snapshot: unknown = JSON.parse(stdout);
  expect(snapshot).toMatchObject({ version: 2, home: tree().home });
  const { gateways } = v.parse(v.object({ gateways: v.array(v.looseObject({})) }), snapshot);
  const shown = gateways.find(({ profile }) => profile === "shown");
  expect(shown).toMatchObject({ desired: "running", state: "ready", pid });
  expect((await hermes("status")).stdout).toMatch(
    new RegExp(`^shown +running +ready +\\d+s +${pid} +0 +-$`, "m"),
  );
});

test("a supervised gateway runs in /, marked, without what could change the executable", async () => {
  await create("clean");
  const pid = await start("clean");
  const environment = tree().environmentOf(pid);
  expect(environment.get("HERMES_S6_SUPERVISED_CHILD")).toBe("1");
  expect(environment.has("BUN_OPTIONS")).toBe(false);
  expect(environment.has("NODE_OPTIONS")).toBe(false);
  expect(readlinkSync(tree().path(`/proc/${pid}/cwd`))).toBe("/");
});

test("a gateway's output reaches its log on the volume, with a time, and the container's", async () => {
  await create("spoken");
  await start("spoken");
  const line = "Gateway 'spoken' runs";
  const log = join(tree().home, "logs/gateways/spoken/current");
  await waitFor("the line in both places", () => {
    const written = existsSync(log) ? readFileSync(log, "utf8") : "";
    return written.includes(line) && tree().output().includes(line);
  });
  expect(readFileSync(log, "utf8")).toMatch(/^@4[0-9a-f]{23} Gateway 'spoken' runs \(pid \d+\)$/m);
});

test("a gateway that crashes is started again", async () => {
  await create("fragile");
  const before = await start("fragile");
  await tree().signal("KILL", before);
  await waitFor("another process that is ready", async () => {
    const status = await tree().status("fragile");
    return status?.ready === true && status.pid !== before;
  });
});

test("a gateway's logger outlives a SIGTERM, and writes down the gateway's last words", async () => {
  await create("lastwords");
  await start("lastwords");
  const directory = join(tree().home, "logs/gateways/lastwords");
  const loggers = () =>
    tree()
      .processes()
      .filter(({ argv }) => argv.at(-1) === directory);
  await waitFor("the logger", () => loggers().length === 1);
  const [logger] = loggers();
  await tree().signal("TERM", logger?.pid ?? 0);
  expect((await hermes("-p", "lastwords", "gateway", "stop")).code).toBe(0);
  await waitFor("the last words", () =>
    readFileSync(join(directory, "current"), "utf8").includes(
      "Gateway 'lastwords' ended after SIGTERM (stop)",
    ),
  );
  expect(loggers().map(({ pid }) => pid)).toEqual([logger?.pid ?? 0]);
});

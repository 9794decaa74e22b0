import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { HERMES_UID, IMAGE_LIKE } from "../support/image-like.ts";
import { useFixtureGateways } from "../support/fixture-gateways.ts";
import { waitFor } from "../support/program.ts";
import { giveTo } from "../support/s6-tree.ts";

/** Root supervises, the gateways are hermes, as in the image. */
const { tree, add, gateway, report, starts, log } = useFixtureGateways(IMAGE_LIKE);

async function addAsHermes(name: string, behaviour: string): Promise<void> {
  await add(name, behaviour);
  const directory = tree().profile(name);
  giveTo(
    HERMES_UID,
    tree().home,
    `${tree().home}/profiles`,
    directory,
    `${directory}/SOUL.md`,
    `${directory}/behaviour`,
  );
}

async function start(name: string): Promise<number> {
  expect(await gateway(name, "start")).toMatchObject({ code: 0, stderr: "" });
  return (await tree().status(name))?.pid ?? 0;
}

/** The s6-supervise of a service: `gateway-NAME` or `gateway-NAME/log`. */
const supervisorOf = (service: string) =>
  tree()
    .processes()
    .find(({ argv }) => argv[0]?.endsWith("s6-supervise") === true && argv[1] === service)?.pid;

/** Kills the s6-supervise of a service, and waits for the one that s6-svscan starts instead. */
async function killSupervisor(service: string): Promise<void> {
  const pid = supervisorOf(service) ?? 0;
  await tree().signal("KILL", pid);
  await waitFor("the next s6-supervise", () => {
    const next = supervisorOf(service);
    return next !== undefined && next !== pid;
  });
}

const isAlive = (pid: number) =>
  tree()
    .processes()
    .some((one) => one.pid === pid);

const isDown = (name: string, part = "") =>
  existsSync(tree().path(join(tree().slot(name), part, "down")));

/** The processes that write a gateway's log. */
const loggers = (name: string) =>
  tree()
    .processes()
    .filter(({ argv }) => argv[0]?.endsWith("s6-log") === true && argv.at(-1)?.endsWith(`/${name}`))
    .map(({ pid }) => pid);

const health = async () => (await tree().boot("health")).stdout;

/** Waits until a gateway is ready as another process: for a moment the status is that of the supervisor before. */
const renewed = (name: string, pid: number) =>
  waitFor(`'${name}' to be ready`, async () => {
    const status = await tree().status(name);
    return status?.ready === true && status.pid !== pid;
  });

test.concurrent("a gateway comes back after kill -9 of its s6-supervise, and never runs twice", async () => {
  await addAsHermes("phoenix", "healthy");
  expect([isDown("phoenix"), isDown("phoenix", "log")]).toEqual([true, true]);
  const pid = await start("phoenix");
  expect([isDown("phoenix"), isDown("phoenix", "log")]).toEqual([false, false]);
  // What holds the start lock for it is not its child, which it would have to reap.
  expect(
    tree()
      .processes()
      .filter(({ state }) => state === "Z"),
  ).toEqual([]);
  await killSupervisor("gateway-phoenix");
  await renewed("phoenix", pid);
  expect(isAlive(pid)).toBe(false);
  expect(starts("phoenix")).toHaveLength(2);
  expect(log("phoenix")).toContain(`Gateway 'phoenix' outlived its supervisor (pid ${pid}): ended`);
  expect(await report("phoenix")).toMatchObject({
    state: "ready",
    desired: "running",
    drift: null,
  });
  expect((await gateway("phoenix", "stop")).code).toBe(0);
  expect(tree().gateways("phoenix")).toEqual([]);
});

test.concurrent("a gateway that ignores SIGTERM does not run twice after kill -9 of its s6-supervise", async () => {
  await addAsHermes("deaf", "deaf");
  const pid = await start("deaf");
  await killSupervisor("gateway-deaf");
  await waitFor("its end", () => !isAlive(pid), 30_000);
  await renewed("deaf", pid);
  expect(starts("deaf")).toHaveLength(2);
  expect((await gateway("deaf", "stop")).code).toBe(0);
}, 120_000);

test.concurrent.each([
  { name: "finished", behaviour: "ends 0", state: "down" },
  { name: "misfit", behaviour: "ends 78", state: "parked" },
])(
  "a gateway that ended by $behaviour stays down after kill -9 of its s6-supervise",
  async ({ name, behaviour, state }) => {
    await addAsHermes(name, behaviour);
    expect((await gateway(name, "start")).code).toBe(1);
    await waitFor("the end of finish", () => isDown(name));
    await killSupervisor(`gateway-${name}`);
    await waitFor("its status", async () => (await tree().status(name)) !== null);
    expect(await report(name)).toMatchObject({ state });
    expect(starts(name)).toHaveLength(1);
  },
);

test.concurrent("a gateway that an operator stops by hand stays down, for good", async () => {
  await addAsHermes("byhand", "healthy");
  await start("byhand");
  await tree().run(["/usr/bin/s6-svc", "-d", tree().slot("byhand")]);
  await waitFor("its end", () => isDown("byhand"));
  await waitFor("the record", async () => (await report("byhand"))["state"] === "down");
  expect(await report("byhand")).toMatchObject({
    desired: "stopped",
    drift: null,
    recentCrashes: 0,
    lastExit: { meaning: "stopped", reason: "was stopped by an operator" },
  });
  expect(tree().readState("byhand")).toMatchObject({ desired_state: "stopped" });
  await killSupervisor("gateway-byhand");
  await waitFor("its status", async () => (await tree().status("byhand")) !== null);
  expect(await tree().status("byhand")).toMatchObject({ up: false, wantedUp: false });
});

test.concurrent("a stop whose s6-supervise is killed meanwhile is carried out all the same", async () => {
  await addAsHermes("half", "deaf");
  const pid = await start("half");
  const stop = gateway("half", "stop");
  await waitFor("the order", async () => (await tree().status("half"))?.wantedUp === false);
  await killSupervisor("gateway-half");
  await stop;
  await waitFor("its end", () => !isAlive(pid), 30_000);
  await waitFor("the end of finish", async () => (await report("half"))["state"] === "down");
  expect(isDown("half")).toBe(true);
  expect(starts("half")).toHaveLength(1);
  expect(await report("half")).toMatchObject({ state: "down", desired: "stopped", drift: null });
}, 120_000);

/**
 * A gateway that runs, and an s6-supervise that keeps it down: as a slot was before `down` followed the desired state.
 */
async function lose(name: string): Promise<number> {
  await addAsHermes(name, "healthy");
  const pid = await start(name);
  await tree().run(["/usr/bin/touch", join(tree().slot(name), "down")]);
  await killSupervisor(`gateway-${name}`);
  await waitFor("its status", async () => (await tree().status(name))?.up === false);
  return pid;
}

// Alone: `doctor --fix` mends what other tests have broken.
test("a gateway that s6 has lost is a problem in status, health and doctor", async () => {
  const pid = await lose("lost");
  expect(await report("lost")).toMatchObject({
    state: "unsupervised",
    pid,
    drift: "should run, but nothing restarts it",
    detail: "runs, but is not supervised: its supervisor was killed",
  });
  expect((await gateway("lost", "status")).code).toBe(3);
  expect(await tree().boot("health")).toMatchObject({ code: 1 });
  expect(await health()).toContain("lost (unsupervised)");
  const { stdout } = await tree().hermes("doctor");
  expect(stdout).toContain("gateway 'lost' runs without a supervisor");
  const { stdout: repaired } = await tree().hermes("doctor", "--fix");
  expect(repaired).toContain("started gateway 'lost' again");
  expect(await report("lost")).toMatchObject({ state: "ready", drift: null });
  expect(isAlive(pid)).toBe(false);
  expect((await gateway("lost", "stop")).code).toBe(0);
});

// Alone, too: it stops all of them.
test("hermes gateway stop --all ends a gateway that s6 has lost", async () => {
  const pid = await lose("lost-all");
  const { code, stdout, stderr } = await tree().hermes("gateway", "stop", "--all");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^Stopped \d+ profile gateway\(s\)/m);
  expect(isAlive(pid)).toBe(false);
  expect(await report("lost-all")).toMatchObject({
    state: "down",
    desired: "stopped",
    drift: null,
  });
});

test.concurrent.each([
  { name: "lost-start", verb: "start", ready: true },
  { name: "lost-restart", verb: "restart", ready: true },
  { name: "lost-stop", verb: "stop", ready: false },
])("hermes gateway $verb takes back a gateway that s6 has lost", async ({ name, verb, ready }) => {
  const pid = await lose(name);
  const { code, stderr } = await gateway(name, verb);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(isAlive(pid)).toBe(false);
  expect(await tree().status(name)).toMatchObject({ ready });
  expect(starts(name)).toHaveLength(ready ? 2 : 1);
  expect(await report(name)).toMatchObject({
    state: ready ? "ready" : "down",
    desired: ready ? "running" : "stopped",
    drift: null,
  });
  await gateway(name, "stop");
});

test.concurrent("hermes profile delete ends a gateway that s6 has lost", async () => {
  const pid = await lose("lost-delete");
  const { code, stderr } = await tree().hermes("profile", "delete", "lost-delete", "-y");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(isAlive(pid)).toBe(false);
  expect(existsSync(tree().path(tree().slot("lost-delete")))).toBe(false);
});

test.concurrent("hermes-boot unregister of a running gateway is no crash", async () => {
  await addAsHermes("removed", "healthy");
  await start("removed");
  expect((await tree().boot("unregister", "removed")).code).toBe(0);
  expect(tree().gateways("removed")).toEqual([]);
  const events = readFileSync(tree().path(join(tree().home, "logs/gateway-events.log")), "utf8");
  const mine = events.split("\n").filter((line) => line.includes('"removed"'));
  expect(mine.join("\n")).not.toContain("crashed");
  expect(mine.join("\n")).toContain("was stopped by an operator");
});

test.concurrent("a logger comes back after kill -9 of its s6-supervise, registered at run time or not", async () => {
  await addAsHermes("scribe", "healthy");
  await start("scribe");
  const before = loggers("scribe");
  expect(before).toHaveLength(1);
  await killSupervisor("gateway-scribe/log");
  // One at a time writes the log.
  await waitFor(
    "another logger",
    () => loggers("scribe").length === 1 && loggers("scribe")[0] !== before[0],
  );
  expect(await report("scribe")).toMatchObject({ state: "ready", logger: "up" });
  expect((await gateway("scribe", "stop")).code).toBe(0);
});

test("a logger that is down is a problem in status, health and doctor, and is started by doctor --fix", async () => {
  await addAsHermes("mute", "healthy");
  await start("mute");
  const logger = join(tree().slot("mute"), "log");
  await tree().run(["/usr/bin/s6-svc", "-dk", logger]);
  await waitFor("the end of the logger", async () => (await report("mute"))["logger"] === "down");
  expect(await report("mute")).toMatchObject({
    state: "ready",
    logger: "down",
  });
  expect(await health()).toContain("mute (logger down)");
  expect((await tree().hermes("status")).stdout).toContain("its logger is down");
  expect((await tree().hermes("doctor", "--fix")).stdout).toContain(
    "started the logger of gateway 'mute'",
  );
  expect(await report("mute")).toMatchObject({ logger: "up" });
  expect((await gateway("mute", "stop")).code).toBe(0);
});

import { expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { EVENT_LOG_LIMIT } from "../../src/gateway/record/event-log.ts";
import { parseEventLine, type GatewayEvent } from "../../src/gateway/record/event.ts";
import { useFixtureGateways } from "../support/fixture-gateways.ts";
import { HERMES_UID, IMAGE_LIKE } from "../support/image-like.ts";
import { waitFor } from "../support/program.ts";

setDefaultTimeout(90_000);

const { tree, inProfile, gateway } = useFixtureGateways(IMAGE_LIKE);

const LOG = "logs/gateway-events.log";
const onVolume = (path: string) => tree().path(join(tree().home, path));

async function create(name: string, behaviour: string): Promise<void> {
  const socket = tree().path("/run/hermes-registrar/socket");
  await waitFor("the registrar", () => existsSync(socket));
  const { code, stderr } = await tree().hermes("profile", "create", name);
  if (code !== 0) throw new Error(stderr);
  writeFileSync(inProfile(name, "behaviour"), `${behaviour}\n`);
}

/** What `gateway events --json` says of a gateway. */
async function eventsOf(name: string): Promise<readonly GatewayEvent[]> {
  const { stdout } = await gateway(name, "events", "--json", "-n", "100");
  return stdout.split("\n").flatMap((line) => parseEventLine(line) ?? []);
}

async function kindsOf(name: string): Promise<readonly string[]> {
  return (await eventsOf(name)).map(({ event }) => event);
}

async function waitForKinds(name: string, kinds: readonly string[]): Promise<void> {
  await waitFor(`${kinds.join(", ")} of '${name}'`, async () => {
    const seen = await kindsOf(name);
    return kinds.every((kind, index) => seen[index] === kind) && seen.length >= kinds.length;
  });
}

test("gateway events are what happened, in order, with who and why", async () => {
  await create("life", "healthy");
  await gateway("life", "start");
  const { pid = 0 } = (await tree().status("life")) ?? {};
  await tree().signal("KILL", pid);
  const crash = ["registered", "started", "ready", "crashed", "backoff", "started", "ready"];
  await waitForKinds("life", crash);
  await gateway("life", "restart");
  await gateway("life", "stop");
  await tree().hermes("profile", "delete", "life", "-y");
  const events = await eventsOf("life");
  const rest = ["stopped", "started", "ready", "stopped", "unregistered"];
  expect(events.map(({ event }): string => event)).toEqual([...crash, ...rest]);
  const [registered, started, ready, crashed, delayed, again] = events;
  expect(registered).toMatchObject({ version: 2, profile: "life", pid: null, reason: "down" });
  expect([started?.pid, ready?.pid, crashed?.pid, delayed?.pid]).toEqual([pid, pid, pid, pid]);
  expect(crashed).toMatchObject({
    reason: "crashed with signal 9",
    exit: { code: null, signal: 9, meaning: "crashed" },
    recentCrashes: 1,
  });
  expect(delayed?.backoffMs).toBeGreaterThan(800);
  expect(again).toMatchObject({ recentCrashes: 1 });
  const pause = Date.parse(again?.at ?? "") - Date.parse(delayed?.at ?? "");
  expect(pause).toBeGreaterThanOrEqual((delayed?.backoffMs ?? 0) - 100);
  expect(
    events.map(({ reason }) => reason).filter((reason) => reason?.includes("operator")),
  ).toEqual(["was restarted by an operator", "was stopped by an operator"]);
  expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).toSorted());
  expect(statSync(onVolume(LOG)).uid).toBe(HERMES_UID);
});

test("gateway events say why a gateway is parked, in its own words", async () => {
  await create("broken", "says-why");
  await gateway("broken", "start");
  await waitForKinds("broken", ["registered", "started", "parked"]);
  expect((await eventsOf("broken")).at(-1)).toMatchObject({
    reason: "cannot run with this configuration (exit code 78: no token for the chat platform)",
    exit: { code: 78, meaning: "misconfigured" },
  });
  const { stdout } = await gateway("broken", "events");
  expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\S+ {2}parked {8}cannot run with this/m);
});

test("gateway events -f ends soon after its reader, without another event", async () => {
  await create("unread", "healthy");
  const words = "/usr/local/bin/hermes -p unread gateway events -f | head -n 1";
  const { stdout, stderr } = await tree().run(["/bin/sh", "-c", words]);
  expect(stdout).toMatch(/^\S+ {2}registered .*\n$/);
  expect(stderr).toBe("");
}, 120_000);

test("gateway events -f goes on with the log that takes the place of a full one", async () => {
  await create("followed", "healthy");
  const argv = ["/usr/local/bin/hermes", "gateway", "events", "--all", "--json", "-f", "-n", "0"];
  const child = Bun.spawn([...tree().enter(argv)], { env: { ...tree().env }, stdout: "pipe" });
  let seen = "";
  const reading = (async () => {
    for await (const chunk of child.stdout) seen += new TextDecoder().decode(chunk);
  })();
  const kinds = () =>
    seen.split("\n").flatMap((line) => {
      const event = parseEventLine(line);
      return event?.profile === "followed" ? [event.event] : [];
    });
  await gateway("followed", "start");
  await waitFor("the start", () => kinds().length === 2);
  writeFileSync(onVolume(LOG), `${"x".repeat(EVENT_LOG_LIMIT)}\n`, { flag: "a" });
  await gateway("followed", "stop");
  expect(existsSync(onVolume(`${LOG}.1`))).toBe(true);
  expect(statSync(onVolume(LOG)).size).toBeLessThan(5000);
  await gateway("followed", "start");
  await waitFor("all of them", () => kinds().length === 5);
  expect(kinds()).toEqual(["started", "ready", "stopped", "started", "ready"]);
  expect((await kindsOf("followed")).slice(1)).toEqual(kinds());
  const [inside] = tree()
    .processes()
    .filter((one) => one.argv.join(" ") === argv.join(" "));
  await tree().signal("INT", inside?.pid ?? 0);
  await child.exited;
  expect(child.exitCode).toBe(130);
  await reading;
  await gateway("followed", "stop");
});

/** Puts a hook in place at once, as hermes. */
function putHook(text: string, mode = 0o755): void {
  const directory = onVolume("hooks");
  mkdirSync(directory, { recursive: true });
  chownSync(directory, HERMES_UID, HERMES_UID);
  const building = join(directory, ".new");
  writeFileSync(building, `#!/bin/sh\n${text}\n`);
  chmodSync(building, mode);
  chownSync(building, HERMES_UID, HERMES_UID);
  renameSync(building, join(directory, "gateway-event"));
}

const removeHooks = () => rmSync(onVolume("hooks"), { recursive: true, force: true });

test("the hook is told of every event, in order, as hermes, and is no part of the gateway", async () => {
  await create("told", "healthy");
  const told = onVolume("told");
  putHook(`
cat >>"$HERMES_HOME/told"
{ id -u; echo "$HERMES_EVENT $HERMES_PROFILE"; env | grep -c HERMES_S6_; } >>"$HERMES_HOME/facts"
echo noise`);
  try {
    await gateway("told", "start");
    await gateway("told", "stop");
    await tree().hermes("profile", "delete", "told", "-y");
    const kinds = ["started", "ready", "stopped", "unregistered"];
    const facts = () => readFileSync(onVolume("facts"), "utf8");
    const read = () => (existsSync(told) ? readFileSync(told, "utf8").trim().split("\n") : []);
    await waitFor("four events", () => read().length >= 4 && facts().split("\n").length > 12);
    const events = read().map((line) => parseEventLine(line));
    expect(events.map((event) => String(event?.event))).toEqual(kinds);
    expect(facts()).toBe(kinds.map((kind) => `${HERMES_UID}\n${kind} told\n0\n`).join(""));
    const logged = (await eventsOf("told")).slice(1);
    expect(logged).toEqual(events.flatMap((event) => event ?? []));
  } finally {
    removeHooks();
  }
});

test("a hook that fails is one event, and one that never ends keeps no command waiting", async () => {
  await create("deafened", "healthy");
  putHook('echo "no network" >&2; echo more >&2; exit 7');
  try {
    await gateway("deafened", "start");
    await waitFor("two failures", async () => (await kindsOf("deafened")).length === 5);
    const failures = (await eventsOf("deafened")).filter(({ event }) => event === "hook-failed");
    expect(failures.map(({ reason }) => reason)).toEqual([
      "told of 'started' it ended with exit code 7: no network",
      "told of 'ready' it ended with exit code 7: no network",
    ]);
    putHook("trap '' TERM; echo $$ >>\"$HERMES_HOME/stuck\"; while :; do sleep 0.2; done");
    const begun = performance.now();
    expect((await gateway("deafened", "stop")).code).toBe(0);
    expect((await gateway("deafened", "start")).code).toBe(0);
    expect(performance.now() - begun).toBeLessThan(8000);
    const pids = () => readFileSync(onVolume("stuck"), "utf8").trim().split("\n").map(Number);
    await waitFor("the first to be killed", () => pids().length === 2);
    expect(
      pids().filter((pid) =>
        tree()
          .processes()
          .some((one) => one.pid === pid),
      ),
    ).toEqual([pids()[1] ?? 0]);
    await waitFor("an event of that", async () => {
      const last = (await eventsOf("deafened")).at(-1);
      return last?.reason === "told of 'stopped' it took longer than 10 s: ended";
    });
  } finally {
    removeHooks();
  }
});

test("a hook of another user is not run", async () => {
  await create("careful", "healthy");
  putHook('touch "$HERMES_HOME/run-by-stranger"');
  chownSync(onVolume("hooks/gateway-event"), 1234, 1234);
  try {
    await gateway("careful", "start");
    await waitFor("two refusals", async () => (await kindsOf("careful")).length === 5);
    expect((await eventsOf("careful")).at(-1)?.reason).toEndWith("belongs to uid 1234");
    expect(existsSync(onVolume("run-by-stranger"))).toBe(false);
  } finally {
    removeHooks();
  }
});

test("hermes-boot tell-hook as root becomes hermes first", async () => {
  putHook('id -u >"$HERMES_HOME/who"');
  try {
    await create("rooted", "healthy");
    await waitFor("the hook", () => existsSync(onVolume("who")));
    expect((await tree().boot("tell-hook")).code).toBe(0);
    await waitFor("its word", () => readFileSync(onVolume("who"), "utf8") === `${HERMES_UID}\n`);
  } finally {
    removeHooks();
  }
});

import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { useFixtureGateways } from "../support/fixture-gateways.ts";
import { waitFor } from "../support/program.ts";
import { QUICK_MS } from "../support/quick.ts";

const { tree, inProfile, add, behave, poke, pretendCrashes, gateway, starts, report, log } =
  useFixtureGateways();

const condition = async (name: string) => (await report(name))["state"];
const pidOf = async (name: string) => (await tree().status(name))?.pid ?? -1;

/** A gateway that waits some 15 s because of its crashes. */
async function addWaiting(name: string): Promise<void> {
  await add(name, "ends 1");
  pretendCrashes(name, 4);
  await poke(name);
  await waitFor("the crash", () => starts(name).length === 1);
  await waitFor("the wait", async () => (await tree().status(name))?.up === true);
  await waitFor("the wait", async () => (await condition(name)) === "backoff");
}

async function addReady(name: string, behaviour: string): Promise<number> {
  await add(name, behaviour);
  expect((await gateway(name, "start")).code).toBe(0);
  return pidOf(name);
}

describe("hermes gateway stop", () => {
  test("during a delay acts at once, and the gateway stays down", async () => {
    await addWaiting("delayed");
    const { code, milliseconds } = await gateway("delayed", "stop");
    expect(code).toBe(0);
    expect(milliseconds).toBeLessThan(QUICK_MS);
    expect(await tree().status("delayed")).toMatchObject({ up: false, wantedUp: false });
    expect(await condition("delayed")).toBe("down");
    expect(starts("delayed")).toHaveLength(1);
  });

  test.concurrent("is refused from inside the gateway, however deep, and ends nothing", async () => {
    const pid = await addReady("inside", "healthy");
    const words = [join(tree().bin, "hermes"), "-p", "inside", "gateway", "stop"];
    const { code, stderr } = await tree().run(words, {
      env: { HERMES_S6_SUPERVISED_PID: String(pid) },
    });
    expect(code).toBe(1);
    expect(stderr).toStartWith("✗ Cannot stop gateway 'inside' from inside itself\n");
    expect(await pidOf("inside")).toBe(pid);
    expect(tree().readState("inside")["desired_state"]).toBe("running");

    // By a real descendant, without that variable.
    const answer = inProfile("inside", "answer");
    writeFileSync(
      inProfile("inside", "command"),
      `(unset HERMES_S6_SUPERVISED_PID; ${words.join(" ")}) >"$PROFILE/new" 2>&1; mv "$PROFILE/new" "$PROFILE/answer"\n`,
    );
    behave("inside", "runs-command");
    await gateway("inside", "restart");
    await waitFor("the answer", () => existsSync(answer));
    expect(readFileSync(answer, "utf8")).toStartWith(
      "✗ Cannot stop gateway 'inside' from inside itself\n",
    );
    expect(await tree().status("inside")).toMatchObject({ up: true, wantedUp: true });
  });
});

describe("hermes gateway start", () => {
  test("during a delay acts at once, and begins afresh", async () => {
    await addWaiting("hurried");
    behave("hurried", "healthy");
    const { code, milliseconds } = await gateway("hurried", "start");
    expect(code).toBe(0);
    expect(milliseconds).toBeLessThan(QUICK_MS);
    expect(await report("hurried")).toMatchObject({ state: "ready", recentCrashes: 0 });
  });

  test.concurrent("of a gateway that is stopping starts it once it is down", async () => {
    await addReady("stopping", "stops-slowly 1");
    await tree().run(["/usr/bin/s6-svc", "-d", tree().slot("stopping")]);
    await waitFor("it to stop", async () => (await condition("stopping")) === "stopping");
    const { code, stderr } = await gateway("stopping", "start");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(await tree().status("stopping")).toMatchObject({
      up: true,
      wantedUp: true,
      ready: true,
    });
    expect(starts("stopping")).toHaveLength(2);
  });

  test.concurrent("takes back a stop that was announced and never came", async () => {
    const pid = await addReady("spared", "healthy");
    const facts = readFileSync(tree().path(`/proc/${pid}/stat`), "utf8");
    const ticks = Number(facts.slice(facts.lastIndexOf(")") + 2).split(" ")[19]);
    const notice = join(tree().directory, "xdg/hermes/gateway-spared.end");
    writeFileSync(notice, JSON.stringify({ pid, startTime: ticks, reason: "stop" }));
    expect((await gateway("spared", "start")).stdout).toStartWith("Already running");
    expect(existsSync(notice)).toBe(false);
  });
});

describe("hermes gateway restart", () => {
  test.concurrent("starts a gateway that is down", async () => {
    await add("down", "healthy");
    expect((await gateway("down", "restart")).code).toBe(0);
    expect(await condition("down")).toBe("ready");
  });

  test.concurrent("starts a gateway that stays down because of its configuration", async () => {
    await add("parked", "ends 78");
    await gateway("parked", "start");
    expect(await condition("parked")).toBe("parked");
    behave("parked", "healthy");
    expect((await gateway("parked", "restart")).code).toBe(0);
    expect(await condition("parked")).toBe("ready");
  });

  test("starts a gateway that waits, within a second", async () => {
    await addWaiting("waited");
    behave("waited", "healthy");
    const { code, milliseconds } = await gateway("waited", "restart");
    expect(code).toBe(0);
    expect(milliseconds).toBeLessThan(QUICK_MS);
    expect(await condition("waited")).toBe("ready");
  });

  test.concurrent.each(["0", "1", "75", "78", "143"])(
    "gives a new process where the old one exits with %s, and counts no crash",
    async (exitCode) => {
      const name = `exits-${exitCode}`;
      const pid = await addReady(name, `healthy ${exitCode}`);
      const { code, stderr } = await gateway(name, "restart");
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(await pidOf(name)).not.toBe(pid);
      expect(await report(name)).toMatchObject({
        state: "ready",
        recentCrashes: 0,
        exitHistory: [{ meaning: "restarted", code: Number(exitCode) }],
      });
    },
  );

  test.concurrent("gives a new process where the old one ignores SIGTERM, and names it", async () => {
    const pid = await addReady("deaf", "deaf");
    const { code, milliseconds } = await gateway("deaf", "restart");
    expect(code).toBe(0);
    expect(milliseconds).toBeWithin(9000, 16_000);
    expect(await pidOf("deaf")).not.toBe(pid);
    expect(log("deaf")).toContain("Gateway 'deaf' did not end after SIGTERM: killed");
    expect(log("deaf")).toContain("Gateway 'deaf' left 'sleep 1000' (pid ");
    await tree().run(["/usr/bin/s6-svc", "-k", tree().slot("deaf")]);
  });

  test("asked for twenty times at once gives one", async () => {
    // Who asks only after a restart is done gets another one: all have asked by the time that this one is stopped.
    await addReady("popular", "stops-slowly 4");
    const results = await Promise.all(
      Array.from({ length: 20 }, () => gateway("popular", "restart")),
    );
    expect(results.map(({ code }) => code)).toEqual(results.map(() => 0));
    expect(starts("popular")).toHaveLength(2);
    expect(await condition("popular")).toBe("ready");
  });

  test.concurrent("leaves a running gateway if the command is killed as soon as it has asked", async () => {
    const pid = await addReady("orphaned", "stops-slowly 1");
    const words = [join(tree().bin, "hermes"), "-p", "orphaned", "gateway", "restart"];
    const command = Bun.spawn([...tree().enter(words)], { env: tree().env, stderr: "pipe" });
    await waitFor("the end of the old one to begin", () =>
      existsSync(inProfile("orphaned", "stopping")),
    );
    command.kill("SIGKILL");
    await tree().run(["/bin/sh", "-c", "kill -9 $(pgrep -f '[o]rphaned gateway restart') || :"]);
    await waitFor("a new process", async () => {
      const status = await tree().status("orphaned");
      return status?.ready === true && status.pid !== pid;
    });
  });
});

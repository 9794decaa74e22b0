import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import { writeFileSync } from "node:fs";
import { useFixtureGateways } from "../support/fixture-gateways.ts";
import { waitFor } from "../support/program.ts";
import { useTree } from "../support/s6-tree.ts";
import { QUICK_MS } from "../support/quick.ts";

const { tree, add, behave, poke, recordPath, pretendCrashes, gateway, starts, report, log } =
  useFixtureGateways();

/** Milliseconds between starts. */
function gaps(name: string): readonly number[] {
  const times = starts(name);
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}

const waitForStarts = (name: string, count: number) =>
  waitFor(`${count} starts of '${name}'`, () => starts(name).length >= count);

const waitUntilDown = (name: string) =>
  waitFor(`'${name}' to be down`, async () => {
    const status = await tree().status(name);
    return status?.up === false && !status.wantedUp;
  });

describe("a gateway that ends", () => {
  test.concurrent("with exit code 0 stays down, on purpose", async () => {
    await add("finished", "ends 0");
    const { code, stderr } = await gateway("finished", "start");
    expect(code).toBe(1);
    expect(stderr).toStartWith(
      "✗ Cannot start 'gateway-finished': it finished on purpose (exit code 0)\n",
    );
    expect(starts("finished")).toHaveLength(1);
    expect(await report("finished")).toMatchObject({
      state: "down",
      detail: "finished on purpose (exit code 0)",
      recentCrashes: 0,
      exitHistory: [{ code: 0, meaning: "finished", backoffMs: null }],
    });
    expect(log("finished")).toContain("finished on purpose (exit code 0): stays down");
  });

  test.concurrent("with exit code 78 stays down, and its own words say why, wherever one looks", async () => {
    await add("broken", "says-why");
    const reason =
      "cannot run with this configuration (exit code 78: no token for the chat platform)";
    const { code, stderr } = await gateway("broken", "start");
    expect(code).toBe(1);
    expect(stderr).toStartWith(`✗ Cannot start 'gateway-broken': it ${reason}\n`);
    expect(starts("broken")).toHaveLength(1);
    expect(await report("broken")).toMatchObject({ state: "parked", detail: reason });
    expect((await tree().hermes("status")).stdout).toMatch(
      /^broken +running +! +parked .* cannot run with this configuration/m,
    );
    expect(log("broken")).toContain(
      `✗ Gateway 'broken' stays down: ${reason}; \`hermes -p broken gateway start\` starts it again`,
    );
  });

  test.concurrent("with exit code 75 is started again, the first time at once, and counted", async () => {
    await add("again", "ends 75");
    await poke("again");
    await waitForStarts("again", 3);
    // s6-supervise itself waits a second after a service that was never ready.
    const [first = 0, second = 0] = gaps("again");
    expect(first).toBeLessThan(QUICK_MS);
    expect(second).toBeGreaterThan(850);
    await waitFor("the record", async () => {
      const { exitHistory } = await report("again");
      return Array.isArray(exitHistory) && exitHistory.length >= 2;
    });
    const words = "asked to be started again (exit code 75): starts again in";
    expect(log("again")).toContain(`${words} 0.0 s`);
    expect(log("again")).toMatch(/\(exit code 75\): starts again in (?:0\.9|1\.0) s/);
    expect(await report("again")).toMatchObject({
      lastExit: { code: 75, meaning: "restart-requested" },
    });
    await gateway("again", "stop");
  });

  test.concurrent.each([
    { name: "fails", behaviour: "ends 1", how: "exit code 1", end: { code: 1, signal: null } },
    { name: "killed", behaviour: "ends KILL", how: "signal 9", end: { code: null, signal: 9 } },
  ])("by $how is started again after delays that grow", async ({ name, behaviour, how, end }) => {
    await add(name, behaviour);
    await poke(name);
    await waitForStarts(name, 4);
    const [first = 0, second = 0, third = 0] = gaps(name);
    expect(first).toBeGreaterThan(900);
    expect(second).toBeGreaterThan(1800);
    expect(third).toBeGreaterThan(3600);
    await waitFor("the wait", async () => (await report(name))["state"] === "backoff");
    const seen = await report(name);
    expect(seen["detail"]).toMatch(new RegExp(`^[5-8] s after 4 crashes: crashed with ${how}$`));
    expect(seen["exitHistory"]).toMatchObject(
      [end, end, end, end].map((one) => ({ ...one, meaning: "crashed" })),
    );
    const history = v.parse(v.array(v.object({ backoffMs: v.number() })), seen["exitHistory"]);
    for (const [index, { backoffMs }] of history.entries()) {
      expect(backoffMs).toBeWithin(900 * 2 ** index, 1000 * 2 ** index + 1);
    }
    await gateway(name, "stop");
  });

  test.concurrent("for the eighth time in ten minutes stays down, loudly, and touches no other", async () => {
    await add("good", "healthy");
    expect((await gateway("good", "start")).code).toBe(0);
    const good = await tree().status("good");
    await add("bad", "ends 1");
    pretendCrashes("bad", 7);
    await poke("bad");
    await waitUntilDown("bad");
    const reason = "crashed 8 times in 10 minutes, at last with exit code 1";
    expect(await report("bad")).toMatchObject({
      state: "parked",
      detail: reason,
      recentCrashes: 8,
    });
    expect((await gateway("bad", "status")).code).toBe(3);
    expect((await tree().hermes("status")).stdout).toContain(reason);
    expect(log("bad")).toContain(`✗ Gateway 'bad' stays down: ${reason}`);
    expect(starts("bad")).toHaveLength(1);
    expect(await tree().status("good")).toEqual(good);

    // An operator's start begins afresh.
    behave("bad", "healthy");
    const { code, stderr } = await gateway("bad", "start");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(await report("bad")).toMatchObject({ state: "ready", detail: null, recentCrashes: 0 });
  });

  test.concurrent("is judged by the crashes of the last ten minutes only", async () => {
    await add("recovered", "ends 1");
    pretendCrashes("recovered", 7, 600);
    await poke("recovered");
    await waitForStarts("recovered", 2);
    expect(gaps("recovered")[0]).toBeLessThan(QUICK_MS);
    expect(log("recovered")).not.toContain("stays down");
    await gateway("recovered", "stop");
  });

  test.concurrent.each(["", "{", "[]", '{"version":1}', '{"version":1,"crashes":"x"}', "\0\0"])(
    "is started again whatever became of its record (%j)",
    async (text) => {
      const name = `garbled-${Bun.hash(text).toString(36)}`;
      await add(name, "ends 1");
      pretendCrashes(name, 0);
      writeFileSync(recordPath(name), text);
      await poke(name);
      await waitForStarts(name, 2);
      await gateway(name, "stop");
    },
  );
});

describe("an agent that is not there", () => {
  const bare = useTree({ env: { HERMES_AGENT: "/nowhere/agent" } });

  test("keeps the gateway down with the reason, wherever one looks", async () => {
    const reason =
      'cannot run with this configuration (exit code 78: Cannot use HERMES_AGENT="/nowhere/agent": no such program)';
    bare().addProfile("coder");
    const { code, stderr } = await bare().hermes("-p", "coder", "gateway", "start");
    expect(code).toBe(1);
    expect(stderr).toStartWith(`✗ Cannot start 'gateway-coder': it ${reason}\n`);
    expect((await bare().hermes("status")).stdout).toContain(reason);
    expect(bare().readState("coder")).toMatchObject({
      gateway_state: "startup_failed",
      desired_state: "running",
    });
    expect(await bare().status("coder")).toMatchObject({ up: false, wantedUp: false });
  });
});

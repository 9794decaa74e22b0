import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { useFixtureGateways } from "../support/fixture-gateways.ts";
import { waitFor } from "../support/program.ts";

/** A volume of its own, so that it can be full. */
const fixtures = useFixtureGateways({
  prepare: 'mkdir -p "$TREE/small" && mount -t tmpfs -o size=256k tmpfs "$TREE/small"\n',
});
const { tree, inProfile, add, gateway, report } = fixtures;

const desiredStateOf = (name: string) => tree().readState(name)["desired_state"];

/** Whether a boot would start it. */
async function startsAtBoot(name: string): Promise<boolean> {
  const { stdout } = await tree().boot("reconcile", "--dry-run");
  const line = stdout.split("\n").find((one) => one.includes(` profile=${name} `)) ?? "";
  return line.includes("action=started");
}

const small = () => join(tree().path(tree().directory), "small");
const onSmall = (...words: readonly string[]) =>
  tree().run([join(tree().bin, "hermes"), ...words], {
    env: { HERMES_HOME: join(tree().directory, "small") },
  });

describe("the desired state", () => {
  test.concurrent.each([
    { name: "forgetful", behaviour: "rewrites" },
    { name: "stale-running", behaviour: "rewrites running" },
    { name: "stale-stopped", behaviour: "rewrites stopped" },
  ])("survives a gateway that rewrites its state ($behaviour)", async ({ name, behaviour }) => {
    await add(name, behaviour);
    expect((await gateway(name, "start")).code).toBe(0);
    // It ends without a word from an operator.
    await tree().run(["/usr/bin/s6-svc", "-t", tree().slot(name)]);
    await waitFor("its end", async () => (await report(name))["lastExit"] !== null);
    await waitFor("the desired state", () => desiredStateOf(name) === "running");
    expect(await startsAtBoot(name)).toBe(true);

    expect((await gateway(name, "start")).code).toBe(0);
    expect((await gateway(name, "stop")).code).toBe(0);
    expect(desiredStateOf(name)).toBe("stopped");
    expect(await startsAtBoot(name)).toBe(false);
  });

  test.concurrent("is on disk before anything is done, whatever becomes of the command", async () => {
    await add("killed", "stops-slowly 1");
    expect((await gateway("killed", "start")).code).toBe(0);
    const words = [join(tree().bin, "hermes"), "-p", "killed", "gateway", "stop"];
    const command = Bun.spawn([...tree().enter(words)], { env: tree().env, stderr: "pipe" });
    await waitFor("the end to begin", () => existsSync(inProfile("killed", "stopping")));
    expect(desiredStateOf("killed")).toBe("stopped");
    command.kill("SIGKILL");
    await tree().run(["/bin/sh", "-c", "kill -9 $(pgrep -f '[k]illed gateway stop') || :"]);
    await waitFor("its end", async () => (await tree().status("killed"))?.up === false);
    expect(desiredStateOf("killed")).toBe("stopped");
  });

  test.concurrent("is taken from a file that knows nothing but the state, and written down", async () => {
    await add("legacy", "healthy");
    const path = inProfile("legacy", "gateway_state.json");
    writeFileSync(path, '{"gateway_state": "running"}');
    expect(await startsAtBoot("legacy")).toBe(true);
    expect((await gateway("legacy", "stop")).code).toBe(0);
    expect(tree().readState("legacy")).toMatchObject({ desired_state: "stopped" });
    expect(await startsAtBoot("legacy")).toBe(false);
  });

  test("of all gateways is recorded by stop --all, whichever profile the caller is in", async () => {
    for (const name of ["one", "two"]) {
      await add(name, "healthy");
      expect((await gateway(name, "start")).code).toBe(0);
    }
    const home = { HERMES_HOME: tree().profile("one") };
    const words = [join(tree().bin, "hermes"), "gateway", "stop", "--all"];
    expect((await tree().run(words, { env: home })).code).toBe(0);
    expect(["one", "two"].map(desiredStateOf)).toEqual(["stopped", "stopped"]);
    for (const name of ["one", "two"]) {
      expect(await report(name)).toMatchObject({ state: "down", lastExit: { meaning: "stopped" } });
    }
  });
});

describe("a full volume", () => {
  test.concurrent("makes the command say that the desired state is not on disk", async () => {
    writeFileSync(join(small(), "behaviour"), "healthy\n");
    try {
      writeFileSync(join(small(), "filler"), Buffer.alloc(1_000_000));
    } catch {
      // That is the point.
    }
    const { code, stdout, stderr } = await onSmall("gateway", "stop");
    expect(code).toBe(0);
    expect(stdout).toBe("Already stopped: gateway 'default'\n");
    expect(stderr).toBe(
      "warning: gateway 'default' will not be stopped after a restart of the container: the desired state is not on disk (no space left on device)\n",
    );
    expect(readFileSync(join(small(), "behaviour"), "utf8")).toBe("healthy\n");
  });
});

describe("hermes-boot shutdown", () => {
  const leaving = useFixtureGateways();

  test("counts no crash, and leaves what ran to come back and what was stopped to stay", async () => {
    for (const [name, behaviour] of [
      ["runs", "healthy"],
      ["stays", "healthy"],
      ["crashing", "ends 1"],
    ] as const) {
      await leaving.add(name, behaviour);
      await leaving.gateway(name, "start");
    }
    expect((await leaving.gateway("stays", "stop")).code).toBe(0);
    const before = leaving.starts("crashing").length;
    expect((await leaving.tree().boot("shutdown")).code).toBe(0);
    const desiredStates = ["runs", "stays", "crashing"].map(
      (name) => leaving.tree().readState(name)["desired_state"],
    );
    expect(desiredStates).toEqual(["running", "stopped", "running"]);
    expect(await leaving.report("runs")).toMatchObject({
      recentCrashes: 0,
      lastExit: { meaning: "shut-down" },
    });
    // The one that waited for its next start was up, as far as s6 knows: nothing more was started.
    expect(leaving.starts("crashing")).toHaveLength(before);
    const { stdout } = await leaving.tree().boot("reconcile", "--dry-run");
    expect(stdout).toMatch(
      / profile=crashing prior_state=None action=started desired_state=running$/m,
    );
    expect(stdout).toMatch(
      / profile=runs prior_state=stopped action=started desired_state=running prior_exit=clean$/m,
    );
    expect(stdout).toMatch(
      / profile=stays prior_state=stopped action=registered desired_state=stopped/,
    );
  });
});

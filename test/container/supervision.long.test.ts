import { describe, expect, test } from "bun:test";
import { startContainer, type Container } from "./harness/container.ts";
import { engineOk } from "./harness/engine.ts";
import { createVolume, type Volume } from "./harness/volume.ts";
import { waitFor } from "./harness/wait-for.ts";
import { bootContainer, restartContainer, waitForBoot } from "./support/booted.ts";
import { readBootLog } from "./support/boot-log.ts";
import { linesOf } from "./support/messages.ts";
import { findGateway, listProcesses, waitForSleep } from "./support/processes.ts";
import { readConditions, readGateway, waitUntilReady } from "./support/status.ts";
import { onVolumeAsHermes, profileScript } from "./support/volume-content.ts";

/** An agent that dies at once for the profile `bad`, exits 7 for `default`, and is the built-in one for all others. */
const AGENT = `
cat >agent <<'END'
#!/bin/sh
[ "$1" = -p ] && [ "$2" != default ] || exit 7
if [ "$2" = bad ]; then
  echo started >>/opt/data/starts
  echo "cannot go on" >&2
  exit 1
fi
unset HERMES_AGENT
exec /usr/local/bin/hermes "$@"
END
chmod 0755 agent
`;
const AGENT_ENV = { HERMES_AGENT: "/opt/data/agent" };

const wanted = (name: string) =>
  `echo '{"desired_state":"running"}' >'profiles/${name}/gateway_state.json'\n`;

/** Seconds of processor time that a container's processes took so far, those that are gone included. */
const CPU = `
total=0
for file in /proc/[0-9]*/stat; do
  line="$(cat "$file" 2>/dev/null)" || continue
  set -- \${line##*) }
  total=$((total + \${12} + \${13} + \${14} + \${15}))
done
echo "$total"
`;

async function readCpuSeconds(container: Container): Promise<number> {
  return Number(await container.execOk("root", ["sh", "-c", CPU])) / 100;
}

async function volumeWith(script: string): Promise<Volume> {
  const volume = await createVolume();
  await onVolumeAsHermes(volume, script);
  return volume;
}

describe("two healthy gateways and one that dies at once", () => {
  test.concurrent("live beside each other: few starts, no load, and the reason in `hermes status`", async () => {
    const names = { good: null, fine: null, bad: null };
    const script = `${AGENT}${profileScript(names)}\n${Object.keys(names).map(wanted).join("")}`;
    await using volume = await volumeWith(script);
    await using container = await bootContainer({
      volumes: [`${volume.name}:/opt/data`],
      env: AGENT_ENV,
    });
    await waitUntilReady(container, ["good", "fine"]);
    const began = performance.now();
    const before = [await findGateway(container, "good"), await findGateway(container, "fine")];
    const cpu = await readCpuSeconds(container);

    // Both in one look: a wait is over soon.
    const waits =
      /^\d+ s after \d crash(?:es)?: crashed with exit code 1; its last line: cannot go on$/;
    const isWaiting = async () => {
      const { state, detail } = await readGateway(container, "bad");
      return state === "backoff" && waits.test(detail ?? "");
    };
    await waitFor(isWaiting, { what: "the wait" });
    // It takes about two minutes to crash often enough. Nothing is asked of the container meanwhile.
    const readVerdicts = async () =>
      linesOf((await container.logs()).stdout, /✗ Gateway 'bad' stays down/);
    await waitFor(async () => (await readVerdicts()).length > 0, {
      limit: 180_000,
      what: "the end of its starts",
    });

    const seconds = (performance.now() - began) / 1000;
    const used = (await readCpuSeconds(container)) - cpu;
    const starts = await container.execOk("hermes", ["cat", "/opt/data/starts"]);
    expect(starts.split("\n").length - 1).toBeLessThanOrEqual(9);
    expect(used / seconds).toBeLessThan(0.03);
    const after = [await findGateway(container, "good"), await findGateway(container, "fine")];
    expect(after).toEqual(before);
    expect(await readConditions(container)).toMatchObject({
      bad: "parked",
      good: "ready",
      fine: "ready",
    });
    const reason =
      "crashed 8 times in 10 minutes, at last with exit code 1; its last line: cannot go on";
    expect(await container.execOk("hermes", ["hermes", "status"])).toContain(reason);
    expect(await readVerdicts()).toEqual([
      `✗ Gateway 'bad' stays down: ${reason}; \`hermes -p bad gateway start\` starts it again`,
    ]);
    expect(await container.isRunning()).toBe(true);
  });
});

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe("ten restarts of the container", () => {
  test.concurrent("with kills at random moments between end with what was wanted", async () => {
    const random = randomNumbers(20_261_120);
    const pick = <T>(items: readonly T[]): T | undefined =>
      items[Math.floor(random() * items.length)];
    const names = ["coder", "writer", "tester"];
    await using volume = await volumeWith(
      profileScript({ coder: null, writer: null, tester: null }),
    );
    await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
    const wants = new Map<string, "start" | "stop">();
    const ask = async (name: string, verb: "start" | "stop") => {
      const { code, stderr } = await container.exec("hermes", [
        "hermes",
        "-p",
        name,
        "gateway",
        verb,
      ]);
      if (code !== 0) throw new Error(`${verb} '${name}': ${stderr}`);
      wants.set(name, verb);
    };
    for (const name of names) await ask(name, "start");

    const killOne = (name: string) =>
      container.exec("root", [
        "sh",
        "-c",
        `sleep ${random().toFixed(2)}; kill -9 "$(s6-svstat -o pid /run/service/gateway-${name})" 2>/dev/null || :`,
      ]);
    for (let cycle = 0; cycle < 10; cycle += 1) {
      await ask(pick(names) ?? "coder", random() < 0.5 ? "start" : "stop");
      const killing = killOne(pick(names) ?? "coder");
      // The kill may come before, while and after the container goes down; or the whole container is killed.
      if (random() < 0.5) await killing;
      if (random() < 0.3) {
        await engineOk(["kill", container.name]);
        await waitFor(async () => !(await container.isRunning()), { what: "its end" });
        await container.start();
        await waitForBoot(container);
      } else await restartContainer(container);
      await killing.catch(() => undefined);
    }

    const expected = Object.fromEntries(
      [...wants].map(([name, verb]) => [name, verb === "start" ? "ready" : "down"]),
    );
    await waitFor(
      async () => {
        const conditions = await readConditions(container);
        return names.every((name) => conditions[name] === expected[name]);
      },
      { what: `the gateways to be ${JSON.stringify(expected)}` },
    );
    for (const name of names) {
      expect(await readGateway(container, name)).toMatchObject({
        state: expected[name],
        desired: wants.get(name) === "start" ? "running" : "stopped",
      });
    }
  });
});

describe("the boot log", () => {
  test.concurrent("says how each gateway's life before this boot ended", async () => {
    await using container = await bootContainer({ args: ["gateway", "run"] });
    await waitUntilReady(container, ["default"]);
    const lastLine = async () => (await readBootLog(container)).at(-1);
    expect(await lastLine()).not.toContain("prior_exit");
    await restartContainer(container);
    expect(await lastLine()).toEndWith("action=started desired_state=running prior_exit=clean");
    await waitUntilReady(container, ["default"]);
    await engineOk(["kill", container.name]);
    await waitFor(async () => !(await container.isRunning()), { what: "its end" });
    await container.start();
    await waitForBoot(container);
    expect(await lastLine()).toEndWith("action=started desired_state=running prior_exit=unclean");
  });
});

describe("gateway run as the container's command", () => {
  test.concurrent.each([
    { as: "root", flags: [] },
    { as: "hermes", flags: ["--user=10000:10000"] },
  ])("is exactly one `sleep infinity`, which is the command itself ($as)", async ({ flags }) => {
    await using container = await bootContainer({ args: ["gateway", "run"], flags });
    await waitUntilReady(container, ["default"]);
    const [sleep, ...more] = await waitForSleep(container);
    expect(more).toEqual([]);
    const main: unknown = JSON.parse(
      await container.execOk("hermes", ["cat", "/run/hermes-boot/main.json"]),
    );
    expect(main).toEqual({ pid: sleep?.pid, startTime: sleep?.startTime });
    await container.exec("root", ["sh", "-c", `kill ${sleep?.pid}`]);
    expect(await container.exitCode()).toBe(143);
  });

  test.concurrent("that cannot run says why on one line, and the container lives", async () => {
    await using container = await bootContainer({
      args: ["gateway", "run"],
      env: { HERMES_AGENT: "/nowhere" },
    });
    await waitForSleep(container);
    const { stderr } = await container.logs();
    const lines = linesOf(stderr, /Cannot start/);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("no such program");
    expect(lines[0]).toContain("--no-supervise or HERMES_GATEWAY_NO_SUPERVISE=1");
    expect(await readConditions(container)).toEqual({ default: "parked" });
  });

  test.concurrent("with --no-supervise ends with the gateway's exit code, the slot stays down", async () => {
    await using volume = await volumeWith(
      `${AGENT}echo '{"desired_state":"running"}' >gateway_state.json`,
    );
    const volumes = [`${volume.name}:/opt/data`];
    const args = ["gateway", "run", "--no-supervise"];
    {
      await using container = await bootContainer({ args, volumes });
      await waitFor(async () => (await listProcesses(container)).some(isForeground), {
        what: "the gateway",
      });
      expect(await readConditions(container)).toEqual({ default: "foreground" });
      for (const words of [["start"], ["stop"], ["restart"], ["stop", "--all"]]) {
        const refused = await container.exec("root", ["hermes", "gateway", ...words]);
        expect(refused.code).toBe(1);
        expect(refused.stderr).toMatch(/: pid \d+ runs it in the foreground$/m);
      }
      await container.stop();
      expect(await container.exitCode()).toBe(0);
    }
    await using failing = await startContainer({ args, volumes, env: AGENT_ENV });
    expect(await failing.exitCode()).toBe(7);
  });
});

const isForeground = ({ args }: { readonly args: readonly string[] }) =>
  args.join(" ").endsWith("gateway run --no-supervise");

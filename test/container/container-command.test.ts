import { describe, expect, test } from "bun:test";
import { runContainer, type ContainerOptions } from "./harness/container.ts";
import type { ProgramResult } from "./harness/run-program.ts";
import { createVolume } from "./harness/volume.ts";
import { waitFor } from "./harness/wait-for.ts";
import { bootContainer, restartContainer } from "./support/booted.ts";
import { complaintsIn, linesOf } from "./support/messages.ts";
import {
  findGateway,
  listGatewayProcesses,
  listProcesses,
  waitForGateway,
  waitForSleep,
} from "./support/processes.ts";
import { readConditions, readGateway, waitUntilReady } from "./support/status.ts";
import { onVolumeAsHermes } from "./support/volume-content.ts";
import { QUICK_MS } from "../support/quick.ts";

/** Runs a container with this command to its end. */
function run(args: readonly string[], options: ContainerOptions = {}): Promise<ProgramResult> {
  return runContainer({ args, ...options });
}

/** Docker and Kubernetes set such variables, and sh does not hand them on. */
const ODD = { "my.var": "1", "my-var": "a=b\nc", "2nd": "" };

describe("the container's command", () => {
  test.concurrent("is hermes if there is none", async () => {
    const result = await run([]);
    expect(result.code).toBe(0);
    expect(result.stdout).toContain("\n\nUsage: hermes COMMAND\n");
  });

  test.concurrent("is a command of hermes", async () => {
    const result = await run(["version"]);
    expect(result.code).toBe(0);
    expect(result.stdout).toMatch(/^hermes \d+\.\d+\.\d+ \([0-9a-z+]+\)\n$/);
  });

  test.concurrent("is hermes with flags in front", async () => {
    const result = await run(["-p", "default", "profile", "list", "--names"]);
    expect(result).toMatchObject({ code: 0, stdout: "default\n" });
  });

  test.concurrent("is a command of hermes even if a program has its name", async () => {
    const result = await run(
      [
        "-c",
        "ln -s /usr/bin/id /usr/local/bin/status; exec /usr/local/lib/hermes/entrypoint.sh status",
      ],
      {
        flags: ["--entrypoint=/bin/sh"],
      },
    );
    expect(result.code).toBe(0);
    expect(result.stdout).toStartWith("Manager: s6 ");
  });

  test.concurrent("is explained by hermes if it is unknown", async () => {
    const result = await run(["nonsense", "--flag"]);
    expect(result.code).toBe(2);
    expect(linesOf(result.stderr, /^✗ Unknown command 'nonsense'/)).toHaveLength(1);
    expect(result.stdout).toBe("");
  });

  test.concurrent("is any program on PATH, with its arguments as they are", async () => {
    const words = ["a b", "$HOME", "*", "", "--help", "-p"];
    const result = await run(["printf", "[%s]", ...words]);
    expect(result).toMatchObject({ code: 0, stdout: "[a b][$HOME][*][][--help][-p]" });
  });

  test.concurrent("runs as hermes, with its home and without root's groups", async () => {
    const result = await run(["sh", "-c", "id -u; id -g; id -G; echo $HOME $USER; umask"]);
    expect(result.stdout).toBe("10000\n10000\n10000\n/opt/data hermes\n0022\n");
  });

  test.concurrent("runs in the directory that -w names", async () => {
    expect((await run(["pwd"], { flags: ["--workdir=/tmp"] })).stdout).toBe("/tmp\n");
  });

  test.concurrent("gets the environment of the container", async () => {
    const env = { WITH_LINES: "one\ntwo", EMPTY: "", MARK: "a=b" };
    const result = await run(
      ["sh", "-c", 'printf "%s|%s|%s" "$WITH_LINES" "${EMPTY-unset}" "$MARK"'],
      {
        env,
      },
    );
    expect(result.stdout).toBe("one\ntwo||a=b");
  });

  test.concurrent.each([
    [[]],
    [["--init"]],
    [["--user=10000:10000"]],
    [["--entrypoint=/init"]],
    [["--entrypoint=/usr/bin/tini"]],
    [["--entrypoint=/opt/hermes/docker/main-wrapper.sh"]],
  ])("gets variables whose names no shell takes, with %j", async (flags) => {
    const { stdout } = await run(["/usr/bin/env", "-0"], { flags, env: ODD });
    const entries = stdout.split("\0");
    expect(entries).toContain("my.var=1");
    expect(entries).toContain("my-var=a=b\nc");
    expect(entries).toContain("2nd=");
    expect(entries.filter((entry) => entry.startsWith("SHLVL="))).toEqual([]);
  });

  test.concurrent("has the default dispositions of signals and no descriptors of ours", async () => {
    const script = "grep -E '^Sig(Ign|Blk)' /proc/self/status; ls /proc/$$/fd";
    const { stdout } = await run(["sh", "-c", script]);
    expect(stdout).toBe("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n0\n1\n2\n");
  });

  test.concurrent("has the container's terminal", async () => {
    const result = await run(["sh", "-c", "test -t 1 && test -t 0 && echo terminal"], {
      flags: ["--tty"],
    });
    expect(result.stdout).toContain("terminal");
  });

  test.concurrent("reads what comes in", async () => {
    const result = await runContainer({ args: ["cat"] }, { input: "one\ntwo\n" });
    expect(result).toMatchObject({ code: 0, stdout: "one\ntwo\n" });
  });

  test.concurrent.each([
    ["exit 7", 7],
    ["exit 0", 0],
    ["exit 255", 255],
    ["kill -TERM $$", 143],
    ["kill -KILL $$", 137],
    ["kill -SEGV $$", 139],
  ])("ends the container with its exit code (sh -c '%s' with %d)", async (script, code) => {
    expect((await run(["sh", "-c", script])).code).toBe(code);
  });

  test.concurrent("gets SIGTERM though another one was started through docker exec", async () => {
    await using container = await bootContainer({
      args: ["sh", "-c", 'trap "exit 4" TERM; echo up; while :; do sleep 0.1; done'],
    });
    await waitFor(async () => (await container.logs()).stdout.includes("up\n"));
    const record = ["cat", "/run/hermes-boot/main.json"];
    const recorded = await container.execOk("root", record);
    for (const user of ["root", "hermes"]) {
      const argv = ["/usr/local/lib/hermes/main-wrapper.sh", "echo", "ran"];
      expect(await container.exec(user, argv)).toMatchObject({ stdout: "ran\n", stderr: "" });
    }
    expect(await container.execOk("root", record)).toBe(recorded);
    await container.stop();
    expect(await container.exitCode()).toBe(4);
  });

  test.concurrent("may begin with an init and an entry point of its own", async () => {
    const wrapped = ["/usr/bin/tini", "--", "/usr/local/lib/hermes/main-wrapper.sh", "id", "-u"];
    const result = await run(wrapped, { flags: ["--entrypoint=/init"] });
    expect(result).toMatchObject({ code: 0, stdout: "10000\n" });
    expect(complaintsIn(result.stderr)).toEqual([]);
  });

  test.concurrent("cannot be turned by the environment into other code as root", async () => {
    const script = 'require("node:fs").writeFileSync("/etc/hijacked", "")';
    const result = await run(
      ["-c", `echo '${script}' >/evil.js; exec /usr/local/lib/hermes/entrypoint.sh ls /etc`],
      {
        flags: ["--entrypoint=/bin/sh"],
        env: { BUN_OPTIONS: "--preload=/evil.js", NODE_OPTIONS: "--require=/evil.js" },
      },
    );
    expect(result.code).toBe(0);
    expect(result.stdout).toContain("passwd\n");
    expect(result.stdout).not.toContain("hijacked");
  });
});

describe("gateway run as the container's command", () => {
  test("is the default gateway, supervised, beside one `sleep infinity`", async () => {
    await using container = await bootContainer({ args: ["gateway", "run"] });
    await waitUntilReady(container, ["default"]);
    const sleeping = await waitForSleep(container);
    expect(sleeping.map(({ uid }) => uid)).toEqual([10_000]);
    const gateway = await findGateway(container, "default");
    expect(gateway.uid).toBe(10_000);
    expect((await readGateway(container, "default")).pid).toBe(gateway.pid);
    const processes = await listProcesses(container);
    const supervisor = processes.find(({ pid }) => pid === gateway.parent);
    expect(supervisor?.args).toEqual(["s6-supervise", "gateway-default"]);

    const { stderr } = await container.logs();
    const explained = linesOf(stderr, /--no-supervise/);
    expect(explained).toHaveLength(1);
    expect(explained[0]).toContain("HERMES_GATEWAY_NO_SUPERVISE");
    expect(linesOf(stderr, /warning|✗/)).toEqual([]);

    // The container lives while the gateway goes and comes.
    await container.execOk("root", ["hermes", "gateway", "stop"]);
    expect(await listGatewayProcesses(container, "default")).toEqual([]);
    expect(await container.isRunning()).toBe(true);
    await container.execOk("root", ["hermes", "gateway", "start"]);
    expect(await readConditions(container)).toEqual({ default: "ready" });
  });

  test("takes no variable of the container for the sign that it is supervised already", async () => {
    const sentinels = { HERMES_S6_SUPERVISED_CHILD: "1", HERMES_SUPERVISED_CHILD: "1" };
    await using container = await bootContainer({ args: ["gateway", "run"], env: sentinels });
    await waitUntilReady(container, ["default"]);
    expect(await waitForSleep(container)).toHaveLength(1);
    const supervisor = (await listProcesses(container)).find(
      ({ args }) => args.join(" ") === "s6-supervise gateway-default",
    );
    expect((await findGateway(container, "default")).parent).toBe(supervisor?.pid ?? 0);
  });

  test("gives the gateway variables whose names no shell takes, over a restart", async () => {
    await using volume = await createVolume();
    const agent = "#!/bin/bash -p\nenv -0 >/opt/data/environment\nexec sleep infinity\n";
    await onVolumeAsHermes(volume, `printf '${agent}' >agent; chmod 755 agent`);
    await using container = await bootContainer({
      args: ["gateway", "run"],
      env: { ...ODD, HERMES_AGENT: "/opt/data/agent" },
      volumes: [`${volume.name}:/opt/data`],
    });
    const read = () => container.exec("hermes", ["cat", "/opt/data/environment"]);
    for (const boot of [1, 2]) {
      if (boot === 2) await restartContainer(container);
      await waitFor(async () => (await read()).stdout.includes("HERMES_S6_SUPERVISED_PID="));
      const entries = (await read()).stdout.split("\0");
      expect(entries).toContain("my.var=1");
      expect(entries).toContain("my-var=a=b\nc");
      await container.execOk("hermes", ["rm", "/opt/data/environment"]);
    }
  });

  test("starts what was stopped at each start of the container, and says so", async () => {
    await using container = await bootContainer({ args: ["gateway", "run"] });
    await waitUntilReady(container, ["default"]);
    await container.execOk("root", ["hermes", "gateway", "stop"]);
    await restartContainer(container);
    await waitUntilReady(container, ["default"]);
    const { stderr } = await container.logs();
    expect(linesOf(stderr, /'default' was stopped\. `gateway run` starts it/)).toHaveLength(1);
  });

  test.each([
    { args: ["gateway", "run", "--no-supervise"], env: {} },
    { args: ["gateway", "run"], env: { HERMES_GATEWAY_NO_SUPERVISE: "1" } },
  ])("is the gateway itself if somebody opts out (%j)", async (options) => {
    await using container = await bootContainer(options);
    const gateway = await waitForGateway(container, "default");
    expect(gateway.uid).toBe(10_000);
    expect((await readConditions(container))["default"]).toBe("foreground");
    const commands = (await listProcesses(container)).map(({ args }) => args.join(" "));
    expect(commands.filter((command) => command.endsWith("sleep infinity"))).toEqual([]);

    await container.execOk("root", ["sh", "-c", `kill -KILL ${gateway.pid}`]);
    expect(await container.exitCode()).toBe(137);
  });

  test("ends with 0 on SIGTERM if it is the gateway itself", async () => {
    await using container = await bootContainer({ args: ["gateway", "run", "--no-supervise"] });
    await waitFor(async () => (await container.logs()).stderr.includes("Gateway 'default' runs"));
    const { milliseconds } = await container.stop();
    expect(milliseconds).toBeLessThan(QUICK_MS);
    expect(await container.exitCode()).toBe(0);
  });

  test("starts the default gateway on an empty volume if the environment asks for it", async () => {
    await using container = await bootContainer({
      env: { HERMES_GATEWAY_BOOTSTRAP_STATE: "running" },
    });
    await waitUntilReady(container, ["default"]);
  });
});

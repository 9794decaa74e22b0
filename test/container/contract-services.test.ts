import { describe, expect, test } from "bun:test";
import type { Container, ContainerOptions } from "./harness/container.ts";
import { runContainer, startContainer } from "./harness/container.ts";
import { createVolume } from "./harness/volume.ts";
import { waitFor } from "./harness/wait-for.ts";
import { bootContainer, readOutput } from "./support/booted.ts";
import { linesOf } from "./support/messages.ts";
import { bootDashboard, get, waitForDashboard } from "./support/dashboard.ts";
import { listProcesses, processesOf } from "./support/processes.ts";
import { onVolumeAsHermes, profileScript } from "./support/volume-content.ts";
import { QUICK_MS } from "../support/quick.ts";

/** What s6 says of a static service, as root may ask. */
async function stateOf(container: Container, service: string): Promise<string> {
  const argv = ["s6-svstat", "-o", "up,wantedup,ready", `/run/service/${service}`];
  return (await container.execOk("root", argv)).trim();
}

describe("the static services", () => {
  test.concurrent("are declared, down and quiet if nobody asked for them", async () => {
    await using container = await bootContainer();
    for (const service of ["main-hermes", "dashboard"]) {
      expect(await stateOf(container, service)).toBe("false false false");
    }
    expect(await stateOf(container, "registrar")).toBe("true true true");
    const before = await container.execOk("root", [
      "cat",
      "/run/service/dashboard/supervise/status",
    ]);
    expect(linesOf(await readOutput(container), /dashboard|main-hermes/)).toEqual([]);
    expect(await processesOf(container, "hermes dashboard")).toEqual([]);
    // Nothing flaps: the status file has the time of the last change in it.
    expect(await container.execOk("root", ["cat", "/run/service/dashboard/supervise/status"])).toBe(
      before,
    );
  });

  test.concurrent("are root's, and hermes may command those that run as hermes", async () => {
    await using container = await bootContainer();
    const modes = { "main-hermes": "620", dashboard: "620", registrar: "600" };
    for (const [service, mode] of Object.entries(modes)) {
      const stat = (file: string) =>
        container.execOk("root", [
          "stat",
          "-L",
          "-c",
          "%U:%G %a",
          `/run/service/${service}/supervise/${file}`,
        ]);
      expect(`${service} ${await stat("control")}`).toMatch(
        new RegExp(`^${service} root:(?:hermes|root) ${mode}\n$`),
      );
      expect(await stat("lock")).toMatch(/ 600\n$/);
    }
    // It knows them all.
    const { stdout } = await container.exec("hermes", ["hermes", "doctor"]);
    expect(stdout).toContain("registrar ready");
  });
});

describe("the service dashboard", () => {
  test.concurrent("serves the status as JSON on 127.0.0.1:9119, as hermes", async () => {
    await using volume = await createVolume();
    await onVolumeAsHermes(volume, profileScript({ coder: null }));
    await using container = await bootContainer({
      env: { HERMES_DASHBOARD: "yes" },
      volumes: [`${volume.name}:/opt/data`],
    });
    await waitForDashboard(container);
    expect(await get(container, "/api/status")).toContain('"profile":"coder"');
    expect(await stateOf(container, "dashboard")).toStartWith("true true");
    const [dashboard, ...others] = await processesOf(container, "hermes dashboard");
    expect(others).toEqual([]);
    expect(dashboard?.uid).toBe(10_000);
    const supervisor = (await listProcesses(container)).find(
      ({ pid }) => pid === dashboard?.parent,
    );
    expect(supervisor?.args).toEqual(["s6-supervise", "dashboard"]);
  });

  test.concurrent("listens where HERMES_DASHBOARD_HOST and HERMES_DASHBOARD_PORT say", async () => {
    await using container = await bootDashboard({
      HERMES_DASHBOARD_HOST: "0.0.0.0",
      HERMES_DASHBOARD_PORT: "8080",
    });
    await waitFor(async () => (await get(container, "/health", 8080)).includes("running"));
    const output = await readOutput(container);
    expect(linesOf(output, /^Dashboard on http:\/\/0\.0\.0\.0:8080\/$/)).toHaveLength(1);
    expect(linesOf(output, /^warning: everyone who can reach this address/)).toHaveLength(1);
  });

  test.concurrent("ignores the variables of a Kubernetes service named hermes-dashboard", async () => {
    await using container = await bootDashboard({
      HERMES_DASHBOARD_PORT: "tcp://10.0.0.1:9119",
      HERMES_DASHBOARD_PORT_9119_TCP_ADDR: "10.0.0.1",
      HERMES_DASHBOARD_SERVICE_HOST: "10.0.0.1",
      HERMES_DASHBOARD_SERVICE_PORT: "9119",
    });
    await waitForDashboard(container);
    const notes = linesOf(
      await readOutput(container),
      /^note: HERMES_DASHBOARD_PORT=.* is ignored/,
    );
    expect(notes).toHaveLength(1);
  });

  test.concurrent.each([
    ["HERMES_DASHBOARD_PORT", "70000", "is not a port"],
    ["HERMES_DASHBOARD_HOST", "no where", "is not an address"],
  ])("that refuses %s=%j stays down, and says so once", async (variable, value, why) => {
    await using container = await bootDashboard({ [variable]: value });
    await waitFor(async () => (await stateOf(container, "dashboard")) === "false false false");
    const argv = ["s6-svstat", "-o", "exitcode", "/run/service/dashboard"];
    const code = await container.execOk("root", argv);
    expect(code).toBe("78\n");
    const refusals = linesOf(await readOutput(container), /^✗ Cannot serve the dashboard: /);
    expect(refusals).toEqual([
      `✗ Cannot serve the dashboard: ${variable}=${JSON.stringify(value)} ${why}`,
    ]);
  });

  test.concurrent.each([
    ["192.0.2.1", "no network interface of this container has that address"],
    ["nowhere.invalid", "the host name is not known"],
  ])("that cannot listen on %s stays down, and says what to set", async (address, why) => {
    await using container = await bootDashboard({ HERMES_DASHBOARD_HOST: address });
    await waitFor(async () => (await stateOf(container, "dashboard")) === "false false false");
    const argv = ["s6-svstat", "-o", "exitcode", "/run/service/dashboard"];
    expect(await container.execOk("root", argv)).toBe("78\n");
    const output = await readOutput(container);
    expect(linesOf(output, /^✗ /)).toEqual([
      `✗ Cannot serve the dashboard on ${address}:9119: ${why}`,
    ]);
    expect(linesOf(output, /^ {2}Hint: set HERMES_DASHBOARD_HOST to /)).toHaveLength(1);
  });

  test.concurrent("is given up if somebody else has its address", async () => {
    await using container = await bootDashboard();
    await waitForDashboard(container);
    await container.execOk("root", ["s6-svc", "-wD", "-d", "/run/service/dashboard"]);
    const background = "setsid hermes dashboard </dev/null >/dev/null 2>&1 &";
    await container.execOk("hermes", ["sh", "-c", background]);
    await waitForDashboard(container);
    await container.execOk("root", ["s6-svc", "-u", "/run/service/dashboard"]);
    const failures = async () =>
      linesOf(await readOutput(container), /^✗ Cannot serve the dashboard on 127.0.0.1:9119: /);
    await waitFor(async () => (await failures()).length === 5, { what: "five attempts" });
    await waitFor(async () => (await stateOf(container, "dashboard")) === "false false false");
    expect(await failures()).toHaveLength(5);
    expect(await processesOf(container, "hermes dashboard")).toHaveLength(1);
  });

  test.concurrent.each(["0", "no", "", "garbage", "on"])(
    "stays down for HERMES_DASHBOARD=%j",
    async (value) => {
      await using container = await bootContainer({ env: { HERMES_DASHBOARD: value } });
      expect(await stateOf(container, "dashboard")).toBe("false false false");
    },
  );
});

describe("a container that is the dashboard", () => {
  test("serves it as hermes, runs no gateway and ends in order", async () => {
    await using volume = await createVolume();
    await onVolumeAsHermes(volume, profileScript({ coder: "running" }));
    await using container = await bootContainer({
      args: ["dashboard"],
      env: { HERMES_DASHBOARD: "1" },
      volumes: [`${volume.name}:/opt/data`],
    });
    await waitForDashboard(container);
    const dashboards = await processesOf(container, "hermes dashboard");
    expect(dashboards.map(({ uid }) => uid)).toEqual([10_000]);
    expect(await processesOf(container, "gateway run")).toEqual([]);
    // No gateway is to run here, so none is missed.
    expect((await container.exec("root", ["hermes-boot", "health"])).code).toBe(0);
    const { milliseconds } = await container.stop();
    expect(milliseconds).toBeLessThan(QUICK_MS);
    expect(await container.exitCode()).toBe(0);
  });
});

/** Puts a script where hermes is: what it does is what the main program does. */
const asHermes = (script: string): ContainerOptions => ({
  flags: ["--entrypoint=/bin/sh", "--workdir=/tmp"],
  args: [
    "-c",
    `printf '%s\\n' '#!/bin/sh' '${script}' >/usr/local/bin/main-program; chmod 755 /usr/local/bin/main-program
    sed -i 's|hermes-boot main -- "$@"|hermes-boot main -- main-program|' /usr/local/lib/hermes/main-wrapper.sh
    exec /init`,
  ],
});

describe("main-hermes", () => {
  const NO_COMMAND: ContainerOptions = { flags: ["--entrypoint=/init"], args: [] };
  test.concurrent("is the main program if the init got no command", async () => {
    const { code, stdout } = await runContainer(NO_COMMAND);
    expect(code).toBe(0);
    expect(stdout).toContain("Usage: hermes COMMAND\n");
  });

  test.concurrent("is so in a rootless container", async () => {
    const flags = ["--entrypoint=/init", "--user=10000:10000"];
    const { code, stdout } = await runContainer({ flags });
    expect(code).toBe(0);
    expect(stdout).toContain("Usage: hermes COMMAND\n");
  });

  test.concurrent.each([
    ["exit 0", 0],
    ["exit 9", 9],
    ["kill -TERM $$", 143],
    ["kill -KILL $$", 137],
  ])("ends the container as a command would (%s with %d)", async (script, code) => {
    expect((await runContainer(asHermes(script))).code).toBe(code);
  });

  test.concurrent("runs below s6, as hermes, in the directory of -w, and ends at docker stop", async () => {
    await using container = await bootContainer(
      asHermes('pwd; env; trap "exit 4" TERM; while :; do sleep 0.1; done'),
    );
    await waitFor(async () => (await readOutput(container)).includes("LOGNAME=hermes"));
    const { stdout } = await container.logs();
    expect(linesOf(stdout, /^\/tmp$/)).toHaveLength(1);
    for (const variable of ["HOME=/opt/data", "USER=hermes", "HERMES_HOME=/opt/data"]) {
      expect(stdout.split("\n")).toContain(variable);
    }
    const [main] = await processesOf(container, "/bin/sh /usr/local/bin/main-program");
    expect(main?.uid).toBe(10_000);
    const supervisor = (await listProcesses(container)).find(({ pid }) => pid === main?.parent);
    expect(supervisor?.args).toEqual(["s6-supervise", "main-hermes"]);
    const { milliseconds } = await container.stop();
    expect(milliseconds).toBeLessThan(QUICK_MS);
    expect(await container.exitCode()).toBe(4);
  });

  test.concurrent("is disabled if HERMES_TUI is on: the container waits", async () => {
    await using container = await startContainer({ ...NO_COMMAND, env: { HERMES_TUI: "1" } });
    await waitFor(
      async () =>
        (await container.exec("root", ["s6-svstat", "-o", "ready", "/run/service/registrar"]))
          .stdout === "true\n",
    );
    expect(await stateOf(container, "main-hermes")).toBe("false false false");
    expect(await container.isRunning()).toBe(true);
  });
});

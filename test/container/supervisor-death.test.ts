import { expect, test } from "bun:test";
import type { Container } from "./harness/container.ts";
import { createVolume } from "./harness/volume.ts";
import { waitFor } from "./harness/wait-for.ts";
import { bootContainer, restartContainer } from "./support/booted.ts";
import { findGateway, processesOf } from "./support/processes.ts";
import { readConditions, readGateway, waitUntilReady } from "./support/status.ts";
import { onVolumeAsHermes } from "./support/volume-content.ts";

const hermes = (container: Container, ...words: readonly string[]) =>
  container.execOk("root", ["hermes", ...words]);

const health = (container: Container) => container.exec("root", ["hermes-boot", "health"]);

/** Kills the s6-supervise of a service, as the OOM killer does, and waits for the next one. */
async function killSupervisor(container: Container, service: string): Promise<void> {
  const find = async () =>
    (await processesOf(container, `s6-supervise ${service}`)).find(
      ({ args }) => args.at(-1) === service,
    )?.pid;
  const pid = await find();
  await container.execOk("root", ["kill", "-9", String(pid)]);
  await waitFor(
    async () => {
      const next = await find();
      return next !== undefined && next !== pid;
    },
    { what: `the next s6-supervise ${service}` },
  );
}

test.concurrent("kill -9 of a gateway's s6-supervise leaves one gateway, supervised, and all is well", async () => {
  await using container = await bootContainer();
  await hermes(container, "profile", "create", "coder");
  await hermes(container, "-p", "coder", "gateway", "start");
  const before = await findGateway(container, "coder");
  await killSupervisor(container, "gateway-coder");
  await waitFor(async () => (await readGateway(container, "coder")).pid !== before.pid, {
    what: "the next gateway",
  });
  await waitUntilReady(container, ["coder"]);
  expect((await findGateway(container, "coder")).pid).not.toBe(before.pid);
  expect(await health(container)).toMatchObject({ code: 0 });
  await hermes(container, "-p", "coder", "gateway", "stop");
  expect(await processesOf(container, "gateway run")).toEqual([]);
});

test.concurrent("kill -9 of the registrar's s6-supervise takes the registration away from nobody", async () => {
  await using container = await bootContainer();
  await killSupervisor(container, "registrar");
  await waitFor(async () => (await health(container)).code === 0, { what: "the registrar" });
  await container.execOk("hermes", ["hermes", "profile", "create", "coder"]);
  expect(await readConditions(container)).toMatchObject({ coder: "down" });
});

test.concurrent("kill -9 of the dashboard's s6-supervise leaves one dashboard, the one that s6 supervises", async () => {
  await using container = await bootContainer({ env: { HERMES_DASHBOARD: "1" } });
  const printed = async () => {
    const { stdout, stderr } = await container.logs();
    return stdout + stderr;
  };
  const dashboards = async () =>
    (await processesOf(container, "dashboard")).filter(
      ({ args }) => args.at(-1) === "dashboard" && !args[0]?.includes("s6-supervise"),
    );
  await waitFor(async () => (await dashboards()).length === 1, { what: "the dashboard" });
  const [before] = await dashboards();
  await killSupervisor(container, "dashboard");
  await waitFor(
    async () =>
      (await printed()).includes(
        `Service 'dashboard' outlived its supervisor (pid ${before?.pid}): ended`,
      ),
    { what: "the end of the earlier dashboard" },
  );
  await waitFor(async () => (await dashboards()).length === 1, { what: "the next dashboard" });
  expect((await dashboards())[0]?.pid).not.toBe(before?.pid);
  expect(await printed()).not.toContain("Cannot serve the dashboard");
});

test.concurrent("hermes-boot health is not healthy without a registrar, and says so", async () => {
  await using container = await bootContainer();
  await container.execOk("root", ["s6-svc", "-wD", "-d", "/run/service/registrar"]);
  expect(await health(container)).toMatchObject({
    code: 1,
    stdout: "not ready: registrar (down)\n",
  });
});

test.concurrent("hermes-boot health is not healthy if hermes may not read the volume", async () => {
  await using container = await bootContainer();
  await container.execOk("root", ["chown", "-R", "4242:4242", "/opt/data"]);
  await container.execOk("root", ["chmod", "700", "/opt/data"]);
  expect(await health(container)).toMatchObject({
    code: 1,
    stdout: "not ready: /opt/data cannot be read: permission denied\n",
  });
});

test.concurrent("a container with the host's processes goes down without a crash, and its gateways come back", async () => {
  await using volume = await createVolume();
  await using container = await bootContainer({
    volumes: [`${volume.name}:/opt/data`],
    flags: ["--pid=host"],
  });
  await hermes(container, "profile", "create", "coder");
  await hermes(container, "-p", "coder", "gateway", "start");
  await restartContainer(container);
  await waitUntilReady(container, ["coder"]);
  const gateway = await readGateway(container, "coder");
  expect(gateway.desired).toBe("running");
  expect(gateway.lastExit).toMatchObject({
    meaning: "shut-down",
    reason: "went down with the container",
  });
});

/** An agent whose interpreter is missing, or that takes all memory there is. */
const AGENT = `
cat >agent <<'END'
#!/bin/sh
case "$2" in
  broken) exec /usr/bin/env python-that-is-missing gateway ;;
  greedy) exec tail /dev/zero ;;
esac
END
chmod 0755 agent
`;

test.concurrent("a crash has the last line of the output in its reason, and names the OOM killer", async () => {
  await using volume = await createVolume();
  await onVolumeAsHermes(volume, AGENT);
  await using container = await bootContainer({
    volumes: [`${volume.name}:/opt/data`],
    env: { HERMES_AGENT: "/opt/data/agent" },
    flags: ["--memory=200m"],
  });
  const crash = async (name: string) => {
    await hermes(container, "profile", "create", name);
    await container.execOk("root", ["s6-svc", "-u", `/run/service/gateway-${name}`]);
    await waitFor(async () => (await readGateway(container, name)).lastExit !== null, {
      what: `the end of ${name}`,
    });
    return (await readGateway(container, name)).lastExit?.["reason"];
  };
  expect(await crash("broken")).toMatch(
    /^crashed with exit code 127; its last line: .*python-that-is-missing.*No such file/,
  );
  expect(await crash("greedy")).toMatch(
    /^crashed with signal 9: killed by the OOM killer \(1 kill in this container while it ran\)$/,
  );
});

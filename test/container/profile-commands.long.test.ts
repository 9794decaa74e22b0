import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startContainer, type Container } from "./harness/container.ts";
import { createVolume } from "./harness/volume.ts";
import { waitFor } from "./harness/wait-for.ts";
import { bootContainer, restartContainer } from "./support/booted.ts";
import { complaintsIn } from "./support/messages.ts";
import { listGatewayProcesses } from "./support/processes.ts";
import { readConditions, readGateway, serviceFields, waitUntilReady } from "./support/status.ts";
import { listRootOwned } from "./support/volume-content.ts";

const exists = async (container: Container, path: string) =>
  (await container.exec("root", ["test", "-e", path])).code === 0;

describe.each(["hermes", "root"])("as %s", (user) => {
  let container: Container;
  const hermes = (...words: readonly string[]) => container.exec(user, ["hermes", ...words]);

  beforeAll(async () => {
    container = await bootContainer();
    await container.execOk(user, ["hermes", "profile", "create", "coder"]);
    await container.execOk(user, ["hermes", "-p", "coder", "gateway", "start"]);
  });
  afterAll(async () => {
    await container.remove();
  });

  test("profile list marks the one in use and shows what its gateway does", async () => {
    expect((await hermes("profile", "use", "coder")).stdout).toBe("Now using profile 'coder'\n");
    const { stdout } = await hermes("profile", "list");
    expect(stdout).toMatch(/^ {3}PROFILE +GATEWAY +PORT +ALIAS$/m);
    expect(stdout).toMatch(/^ {3}default +down +- +-$/m);
    expect(stdout).toMatch(/^\* {2}coder +ready +- +coder$/m);
  });

  test("profile show says everything about one, and --json the same", async () => {
    const { stdout } = await hermes("profile", "show");
    expect(stdout).toStartWith("Profile:   coder (current)\nDirectory: /opt/data/profiles/coder\n");
    expect(stdout).toMatch(/^Gateway: +ready, pid \d+$/m);
    const report: unknown = JSON.parse((await hermes("profile", "show", "--json")).stdout);
    expect(report).toMatchObject({ version: 2, name: "coder", alias: "coder", current: true });
  });

  test("commands without -p act for the one in use, links and -p for theirs", async () => {
    expect((await hermes("gateway", "stop")).stdout).toBe("Stopped gateway 'coder'\n");
    expect((await hermes("gateway", "start")).stdout).toStartWith("Started gateway 'coder'");
    expect((await hermes("-p", "default", "gateway", "stop")).stdout).toContain("'default'");
    const link = await container.exec(user, ["coder", "gateway", "start"]);
    expect(link.stdout).toStartWith("Already running: gateway 'coder'");
  });

  test("of two renames at once one is done, and the other finds no such profile", async () => {
    let name = "coder";
    for (const round of [1, 2, 3]) {
      const names = [`first${round}`, `second${round}`];
      const results = await Promise.all(
        names.map(async (to) => ({ to, ...(await hermes("profile", "rename", name, to)) })),
      );
      const done = results.filter(({ code }) => code === 0);
      const refused = results.filter(({ code }) => code !== 0);
      expect(done).toHaveLength(1);
      expect(
        refused.map(({ stderr }) => stderr.split("\n").find((line) => line.startsWith("✗"))),
      ).toEqual([`✗ Cannot rename profile '${name}': no such profile`]);
      name = done[0]?.to ?? "";
      expect(await readConditions(container)).toEqual({ default: "down", [name]: "ready" });
    }
    expect((await hermes("profile", "rename", name, "coder")).code).toBe(0);
  });

  test("profile rename moves all that is the profile's, and its gateway runs on", async () => {
    const before = await readGateway(container, "coder");
    const { code, stdout, stderr } = await hermes("profile", "rename", "coder", "writer");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const after = await readGateway(container, "writer");
    expect(stdout).toBe(
      `Renamed profile 'coder' to 'writer' in /opt/data/profiles/writer\nStarted gateway 'writer' (pid ${after.pid}), ready\nAlias: writer is short for hermes -p writer\n`,
    );
    expect(after).toMatchObject({
      state: "ready",
      desired: "running",
      recentCrashes: 0,
      drift: null,
    });
    expect(after.pid).not.toBe(before.pid);
    expect(await readConditions(container)).toEqual({ default: "down", writer: "ready" });
    expect(await serviceFields(container, "writer", "up,ready")).toBe("true true");
    expect(await listGatewayProcesses(container, "coder")).toEqual([]);
    for (const path of [
      "/opt/data/profiles/coder",
      "/opt/data/logs/gateways/coder",
      "/run/service/gateway-coder",
      "/run/hermes-alias/coder",
      "/opt/data/profiles/writer/.rename.json",
    ]) {
      expect({ path, exists: await exists(container, path) }).toEqual({ path, exists: false });
    }
    const log = await container.execOk("hermes", ["cat", "/opt/data/logs/gateways/writer/current"]);
    expect(log).toContain("Gateway 'coder' runs");
    expect(log).toContain("Gateway 'writer' runs");
    expect((await hermes("profile", "show")).stdout).toStartWith("Profile:   writer (current)");
  });

  test("profile rename refuses default, names that are taken, and what does not exist", async () => {
    for (const [names, why] of [
      [["default", "x"], "'default' is the installation itself"],
      [["writer", "default"], "'default' is the installation itself"],
      [["writr", "x"], "no such profile"],
      [["writer", "writer"], "The new name is the old one"],
    ] as const) {
      const { code, stderr } = await hermes("profile", "rename", ...names);
      expect(code).toBeGreaterThan(0);
      expect(stderr.split("\n")[0]).toContain(why);
    }
    expect((await hermes("profile", "rename", "writr", "x")).stderr).toContain(
      "did you mean 'writer'?",
    );
    expect(await readConditions(container)).toEqual({ default: "down", writer: "ready" });
  });

  test("profile delete of the one in use goes back to default", async () => {
    const { code, stderr } = await hermes("profile", "delete", "writer", "-y");
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "The current profile is 'default' again\n",
    });
    expect(await exists(container, "/opt/data/active_profile")).toBe(false);
    expect(await listRootOwned(container)).toEqual([]);
  });
});

/** Kills a rename some time after its start. */
const killRename = (seconds: number) =>
  `hermes profile rename one two >/dev/null 2>&1 & sleep ${seconds}; kill -9 $! 2>/dev/null; wait; exit 0`;

const MOMENTS = [0.02, 0.1, 0.25, 0.4, 0.6, 0.9, 1.3];

test("profile rename, killed at any moment, goes on when it is called again", async () => {
  await using container = await bootContainer();
  const hermes = (...words: readonly string[]) => container.exec("hermes", ["hermes", ...words]);
  await hermes("profile", "create", "one");
  await container.execOk("hermes", ["hermes", "-p", "one", "gateway", "start"]);
  for (const moment of MOMENTS) {
    await container.execOk("hermes", ["sh", "-c", killRename(moment)]);
    const again = await hermes("profile", "rename", "one", "two");
    const ended = again.code === 0 || again.stderr.includes("no such profile");
    expect({ moment, ended, stderr: again.stderr }).toMatchObject({ moment, ended: true });
    await waitUntilReady(container, ["two"]);
    expect(Object.keys(await readConditions(container))).toEqual(["default", "two"]);
    expect(await exists(container, "/opt/data/profiles/two/.rename.json")).toBe(false);
    await container.execOk("hermes", ["hermes", "profile", "rename", "two", "one"]);
  }
});

test("profile rename, ended with the container, is ended by the next boot", async () => {
  await using volume = await createVolume();
  await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
  await container.execOk("hermes", ["hermes", "profile", "create", "one"]);
  await container.execOk("hermes", ["hermes", "-p", "one", "gateway", "start"]);
  await container.execOk("hermes", ["hermes", "profile", "use", "one"]);
  // In front of what follows the moment in which the directory changes its name.
  const note = '{"version":1,"from":"one","to":"two","start":true}';
  const script = `cd /opt/data/profiles && echo '${note}' >one/.rename.json && mv one two`;
  await container.execOk("hermes", ["sh", "-c", script]);
  await restartContainer(container);
  await waitUntilReady(container, ["two"]);
  expect(Object.keys(await readConditions(container))).toEqual(["default", "two"]);
  expect(await container.execOk("hermes", ["cat", "/opt/data/active_profile"])).toBe("two\n");
  expect(await exists(container, "/opt/data/logs/gateways/one")).toBe(false);
  expect(await exists(container, "/opt/data/profiles/two/.rename.json")).toBe(false);
});

test("the command `gateway run` is the default gateway's, whatever profile is in use", async () => {
  await using container = await bootContainer({ args: ["gateway", "run"] });
  await waitUntilReady(container, ["default"]);
  await container.execOk("hermes", ["hermes", "profile", "create", "coder"]);
  await container.execOk("hermes", ["hermes", "profile", "use", "coder"]);
  await restartContainer(container);
  await waitUntilReady(container, ["default"]);
  await waitFor(
    async () => (await container.logs()).stderr.split("runs supervised by s6").length === 3,
    { what: "the command to have started its gateway twice" },
  );
  expect(await readConditions(container)).toEqual({ default: "ready", coder: "down" });
});

test("an agent that is installed is told that it is default if another profile is in use", async () => {
  const agent = '#!/bin/sh\necho "agent $*"\nexec sleep 1000\n';
  await using container = await bootContainer();
  const install = `cat >/usr/local/bin/agent && chmod 755 /usr/local/bin/agent`;
  await container.execOk("root", ["sh", "-c", install], { input: agent });
  const env = "/run/s6/container_environment/HERMES_AGENT";
  await container.execOk("root", ["sh", "-c", `printf /usr/local/bin/agent >${env}`]);
  await container.execOk("hermes", ["hermes", "profile", "create", "coder"]);
  const start = ["s6-svc", "-u", "/run/service/gateway-default"];
  const said = async () => (await container.logs()).stdout;
  await container.execOk("hermes", start);
  await waitFor(async () => (await said()).includes("agent gateway run --replace"));
  await container.execOk("hermes", ["s6-svc", "-d", "/run/service/gateway-default"]);
  await container.execOk("hermes", ["hermes", "profile", "use", "coder"]);
  await container.execOk("hermes", start);
  await waitFor(async () => (await said()).includes("agent -p default gateway run --replace"));
});

test("profile create while the container boots waits for the registrar", async () => {
  const slow =
    "printf '#!/bin/sh\\nsleep 2\\n' >/etc/cont-init.d/99-slow; chmod 755 /etc/cont-init.d/99-slow";
  await using container = await startContainer({
    flags: ["--entrypoint=/bin/sh"],
    args: ["-c", `${slow}; exec /usr/local/lib/hermes/entrypoint.sh sleep infinity`],
  });
  await waitFor(() => exists(container, "/run/service/gateway-default"));
  expect(await exists(container, "/run/hermes-registrar")).toBe(false);
  const created = await container.exec("root", ["hermes", "profile", "create", "coder"]);
  expect(complaintsIn(created.stderr)).toEqual([]);
  expect(created.code).toBe(0);
  expect(await readConditions(container)).toEqual({ coder: "down", default: "down" });
});

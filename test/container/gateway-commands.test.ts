import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Container } from "./harness/container.ts";
import { waitFor } from "./harness/wait-for.ts";
import { bootContainer } from "./support/booted.ts";
import { findGateway, listGatewayProcesses, listProcesses } from "./support/processes.ts";
import { readConditions, readGateway, serviceFields } from "./support/status.ts";
import { listRootOwned } from "./support/volume-content.ts";

/** `docker exec` comes as root unless it is told otherwise. */
describe.each(["hermes", "root"])("as %s", (user) => {
  let container: Container;
  const hermes = (...words: readonly string[]) => container.exec(user, ["hermes", ...words]);

  beforeAll(async () => {
    container = await bootContainer();
  });
  afterAll(async () => {
    await container.remove();
  });

  test("profile create makes the directory of a service that is down", async () => {
    const result = await hermes("profile", "create", "test");
    expect(result.code).toBe(0);
    expect(result.stdout).toBe(
      "Created profile 'test' in /opt/data/profiles/test\nRegistered gateway 'test', down\n",
    );
    const stat = ["stat", "-c", "%F %U"];
    expect(await container.execOk("root", [...stat, "/run/service/gateway-test"])).toBe(
      "directory root\n",
    );
    expect(await container.execOk("root", [...stat, "/run/service/gateway-test/down"])).toBe(
      "regular empty file root\n",
    );
    expect(await serviceFields(container, "test", "up,wantedup,normallyup")).toBe(
      "false false false",
    );
    expect(await listGatewayProcesses(container, "test")).toEqual([]);
  });

  test("profile create leaves a directory of hermes' own with what a profile needs", async () => {
    const list = ["find", "/opt/data/profiles/test", "-printf", "%y %U:%G %P\\n"];
    const found = (await container.execOk("root", list)).trimEnd().split("\n").toSorted();
    expect(found).toEqual(
      [
        "d 10000:10000 ",
        ...["cron", "logs", "memories", "sessions", "skills", "workspace"].map(
          (name) => `d 10000:10000 ${name}`,
        ),
        "f 10000:10000 SOUL.md",
      ].toSorted(),
    );
  });

  test("profile create refuses a profile that exists", async () => {
    const result = await hermes("profile", "create", "test");
    expect(result.code).toBe(1);
    expect(result.stderr).toStartWith("✗ Cannot create profile 'test': ");
  });

  test("profile create makes no alias if a program has that name", async () => {
    expect(await container.execOk(user, ["sh", "-c", "command -v test; which test"])).toContain(
      "/usr/bin/test",
    );
    const link = await container.exec("root", ["test", "-e", "/run/hermes-alias/test"]);
    expect(link.code).toBe(1);
  });

  test("gateway start brings it up and says so when it is ready", async () => {
    const result = await hermes("-p", "test", "gateway", "start");
    // Asked at once, without waiting: the command has waited.
    const fields = await serviceFields(container, "test", "up,ready,pid");
    const gateway = await findGateway(container, "test");
    expect(result.code).toBe(0);
    expect(result.stdout).toBe(`Started gateway 'test' (pid ${gateway.pid}), ready\n`);
    expect(fields).toBe(`true true ${gateway.pid}`);
    expect(gateway.uid).toBe(10_000);
    expect(
      await container.execOk("hermes", ["cat", "/opt/data/profiles/test/gateway_state.json"]),
    ).toContain(`"gateway_state": "running"`);
  });

  test("gateway start of one that runs leaves its process alone", async () => {
    const before = await findGateway(container, "test");
    const result = await hermes("-p", "test", "gateway", "start");
    expect(result.stdout).toBe(`Already running: gateway 'test' (pid ${before.pid}), ready\n`);
    expect(await findGateway(container, "test")).toEqual(before);
  });

  test("gateway start does not say it is ready before the gateway says that it runs", async () => {
    await container.execOk(user, ["hermes", "profile", "create", "late"]);
    // The slot's own script, except that the gateway in it is started late.
    const wait = "$i while [ ! -e /run/hermes/go ]; do sleep 0.1; done";
    await container.execOk("root", ["sed", "-i", wait, "/run/service/gateway-late/run"]);
    let ended = false;
    const started = hermes("-p", "late", "gateway", "start").finally(() => {
      ended = true;
    });
    await waitFor(async () => (await readGateway(container, "late")).state === "starting");
    for (let look = 0; look < 10; look += 1) {
      expect(await serviceFields(container, "late", "up,ready")).toBe("true false");
      expect(ended).toBe(false);
    }
    await container.execOk("hermes", ["touch", "/run/hermes/go"]);
    const result = await started;
    expect(result.code).toBe(0);
    expect(result.stdout).toEndWith("ready\n");
    expect(await serviceFields(container, "late", "up,ready")).toBe("true true");
    await container.execOk(user, ["hermes", "profile", "delete", "late", "-y"]);
  });

  test("gateway restart ends the old process and is done when a new one is ready", async () => {
    const before = await findGateway(container, "test");
    const result = await hermes("-p", "test", "gateway", "restart");
    const after = await findGateway(container, "test");
    expect(result.code).toBe(0);
    expect(result.stdout).toBe(`Restarted gateway 'test' (pid ${after.pid}), ready\n`);
    expect([after.pid, after.startTime]).not.toEqual([before.pid, before.startTime]);
    expect(await serviceFields(container, "test", "up,ready")).toBe("true true");
  });

  test("gateway stop leaves the service down and no process behind", async () => {
    const result = await hermes("-p", "test", "gateway", "stop");
    expect(result.code).toBe(0);
    expect(result.stdout).toBe("Stopped gateway 'test'\n");
    expect(await serviceFields(container, "test", "up,wantedup")).toBe("false false");
    const left = (await listProcesses(container)).map(({ args }) => args.join(" "));
    const supervision = left.filter((command) => command.includes("test"));
    expect(supervision.filter((command) => !command.includes("s6-log ")).toSorted()).toEqual([
      "s6-supervise gateway-test",
      "s6-supervise gateway-test/log",
    ]);
    expect(
      JSON.parse(
        await container.execOk("hermes", ["cat", "/opt/data/profiles/test/gateway_state.json"]),
      ),
    ).toMatchObject({ gateway_state: "stopped", desired_state: "stopped" });
  });

  test("gateway stop of one that is down says so", async () => {
    const result = await hermes("-p", "test", "gateway", "stop");
    expect(result).toMatchObject({ code: 0, stdout: "Already stopped: gateway 'test'\n" });
  });

  test("gateway start without -p acts on gateway-default", async () => {
    const before = await readConditions(container);
    const result = await hermes("gateway", "start");
    expect(result.code).toBe(0);
    expect(result.stdout).toMatch(/^Started gateway 'default' \(pid \d+\), ready\n$/);
    expect(await serviceFields(container, "default", "up,ready")).toBe("true true");
    expect(await readConditions(container)).toEqual({ ...before, default: "ready" });
    await container.execOk(user, ["hermes", "gateway", "stop"]);
  });

  test("gateway start registers a profile that was made by hand", async () => {
    const make =
      "mkdir -p /opt/data/profiles/byhand && echo Hello >/opt/data/profiles/byhand/SOUL.md";
    await container.execOk("hermes", ["sh", "-c", make]);
    const result = await hermes("-p", "byhand", "gateway", "start");
    expect(result.code).toBe(0);
    expect(result.stdout).toMatch(/^Started gateway 'byhand' \(pid \d+\), ready\n$/);
    expect(await serviceFields(container, "byhand", "up,ready")).toBe("true true");
  });

  test("gateway logs of a profile are on the volume and on the container's stdout", async () => {
    const file = "/opt/data/logs/gateways/byhand/current";
    await waitFor(async () => (await container.exec("hermes", ["test", "-s", file])).code === 0);
    expect(await container.execOk("hermes", ["cat", file])).toMatch(
      /^@4[0-9a-f]{23} Gateway 'byhand' runs \(pid \d+\)$/m,
    );
    const { stdout } = await container.logs();
    expect(stdout).toMatch(/^Gateway 'byhand' runs \(pid \d+\)$/m);
  });

  test("an alias named after a profile acts for it", async () => {
    await container.execOk(user, ["hermes", "profile", "create", "coder"]);
    expect(await container.execOk(user, ["coder", "gateway", "start"])).toMatch(
      /^Started gateway 'coder' /,
    );
    expect((await readGateway(container, "coder")).state).toBe("ready");
  });

  test("profile delete -y removes slot, processes, alias and directory", async () => {
    await findGateway(container, "coder");
    const result = await hermes("profile", "delete", "coder", "-y");
    expect(result).toMatchObject({ code: 0, stdout: "Deleted profile 'coder'\n" });
    const left = await container.execOk("root", [
      "find",
      "/run/service",
      "/run/hermes-alias",
      "/opt/data",
      "-xdev",
      "-name",
      "*coder*",
    ]);
    expect(left).toBe("");
    const commands = (await listProcesses(container)).map(({ args }) => args.join(" "));
    expect(commands.filter((command) => command.includes("coder"))).toEqual([]);
    expect((await container.exec(user, ["sh", "-c", "command -v coder"])).code).toBe(127);
    expect(Object.keys(await readConditions(container))).toEqual(["default", "byhand", "test"]);
  });

  test("profile delete without -y asks, and without a terminal deletes nothing", async () => {
    const result = await hermes("profile", "delete", "test");
    expect(result.code).toBe(1);
    expect(result.stderr).toContain("pass -y");
    expect((await container.exec("hermes", ["test", "-e", "/opt/data/profiles/test"])).code).toBe(
      0,
    );
  });

  test("profile delete refuses the default profile", async () => {
    const result = await hermes("profile", "delete", "default", "-y");
    expect(result.code).toBe(1);
    expect(result.stderr).toStartWith("✗ Cannot delete profile 'default': ");
    expect(await serviceFields(container, "default", "up")).toBe("false");
  });

  test("no command leaves anything that root owns on the volume", async () => {
    expect(await listRootOwned(container)).toEqual([]);
  });
});

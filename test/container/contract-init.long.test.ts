import { describe, expect, test } from "bun:test";
import { runContainer } from "./harness/container.ts";
import { bootContainer, restartContainer } from "./support/booted.ts";
import { expectRefusal, linesOf } from "./support/messages.ts";
import { findGateway, listProcesses } from "./support/processes.ts";
import { readConditions, waitUntilReady } from "./support/status.ts";
import { QUICK_MS } from "../support/quick.ts";

const REFUSAL = /^✗ Cannot start an init: this container has one already$/;
const ENTRY_POINT = "/usr/local/lib/hermes/entrypoint.sh";

describe("if the image is not PID 1 (--init)", () => {
  test.concurrent.each([
    [["sh", "-c", "exit 7"], 7],
    [["sh", "-c", "kill -TERM $$"], 143],
    [["version"], 0],
  ])("%j ends the container with %d, after one line", async (args, code) => {
    const result = await runContainer({ flags: ["--init"], args });
    expect(result.code).toBe(code);
    expect(linesOf(result.stderr, /not PID 1/)).toHaveLength(1);
  });

  // By itself: it times a stop.
  test("the same tree runs: services, gateways, command", async () => {
    await using container = await bootContainer({
      flags: ["--init"],
      env: { HERMES_GATEWAY_BOOTSTRAP_STATE: "running", HERMES_DASHBOARD: "1" },
    });
    const processes = await listProcesses(container);
    expect(processes.find(({ pid }) => pid === 1)?.args.join(" ")).not.toContain("s6-svscan");
    const supervised = processes.filter(({ args }) => args[0] === "s6-supervise");
    const names = [
      "dashboard",
      "gateway-default",
      "gateway-default/log",
      "main-hermes",
      "registrar",
    ];
    expect(new Set(supervised.map(({ args }) => args[1]))).toEqual(new Set(names));
    expect(await readConditions(container)).toEqual({ default: "ready" });
    const { milliseconds } = await container.stop();
    expect(milliseconds).toBeLessThan(QUICK_MS);
  });

  test.concurrent("works without root", async () => {
    const flags = ["--init", "--user=10000:10000"];
    const result = await runContainer({ flags, args: ["id", "-u"] });
    expect(result).toMatchObject({ code: 0, stdout: "10000\n" });
  });

  test.concurrent("works past the entry point", async () => {
    const flags = ["--init", "--entrypoint=/init"];
    const { code, stdout, stderr } = await runContainer({ flags });
    expect(code).toBe(0);
    expect(stdout).toContain("Usage: hermes COMMAND\n");
    expect(linesOf(stderr, /not PID 1/)).toHaveLength(1);
  });
});

test("containers that share their processes have each its own command, and its own end", async () => {
  await using first = await bootContainer({ args: ["gateway", "run"] });
  await waitUntilReady(first, ["default"]);
  await using second = await bootContainer({ flags: [`--pid=container:${first.name}`] });
  expect(await readConditions(second)).toEqual({ default: "down" });
  await second.stop();
  expect(await second.exitCode()).toBe(143);
  expect(await readConditions(first)).toEqual({ default: "ready" });
});

describe.each([
  ["/init"],
  ["/usr/local/lib/hermes/main-wrapper.sh"],
  ["/opt/hermes/docker/entrypoint.sh"],
  ["/opt/hermes/docker/main-wrapper.sh"],
])("the entry point %s", (entry) => {
  test.concurrent.each([
    [[]],
    [["--user=10000:10000"]],
    [["--init"]],
    [["--read-only", "--tmpfs=/run:exec"]],
  ])("routes its words, and runs them as hermes, with %j", async (flags) => {
    const options = { flags: [...flags, `--entrypoint=${entry}`] };
    const script = 'id -un; echo "$HOME|$0|$1"; exit 9';
    const result = await runContainer({ ...options, args: ["sh", "-c", script, "a b", ""] });
    expect(result).toMatchObject({ code: 9, stdout: "hermes\n/opt/data|a b|\n" });
    const version = await runContainer({ ...options, args: ["version"] });
    expect(version.code).toBe(0);
    expect(version.stdout).toMatch(/^hermes \d/);
  });

  test.concurrent("runs the default gateway as `gateway run`, also after a restart", async () => {
    await using container = await bootContainer({
      flags: [`--entrypoint=${entry}`],
      args: ["gateway", "run"],
    });
    await waitUntilReady(container, ["default"]);
    await restartContainer(container);
    await waitUntilReady(container, ["default"]);
    expect((await findGateway(container, "default")).uid).toBe(10_000);
  });
});

describe("an init inside an init", () => {
  test.concurrent.each([["root"], ["hermes"]])("is refused to docker exec as %s", async (user) => {
    await using container = await bootContainer();
    const readProcesses = async () =>
      (await listProcesses(container))
        .map(({ pid, args }) => [pid, ...args].join(" "))
        // The watch over the boot ends by itself.
        .filter((line) => !/ sleep +5\b/.test(line));
    const before = await readProcesses();
    for (const argv of [["/init"], ["/init", "sleep", "1"], [ENTRY_POINT], [ENTRY_POINT, "bash"]]) {
      const result = await container.exec(user, argv);
      expect(result.code).toBeGreaterThan(0);
      expectRefusal(result, result.code, REFUSAL);
    }
    expect(await readProcesses()).toEqual(before);
    expect(await readConditions(container)).toEqual({ default: "down" });
  });

  test.concurrent.each([
    [[], ["/init"]],
    [["--init"], ["/init", "sleep", "1"]],
    [[], [ENTRY_POINT, "bash"]],
    [["--user=10000:10000"], ["/init"]],
  ])("is refused to the command: %j %j", async (flags, args) => {
    const result = await runContainer({ flags, args });
    expect(result.code).toBeGreaterThan(0);
    expect(linesOf(result.stderr, REFUSAL)).toHaveLength(1);
  });
});

describe("/usr/bin/tini", () => {
  const AS_ENTRY_POINT = ["--entrypoint=/usr/bin/tini"];

  test.concurrent.each([
    ["-- sh -c"],
    ["-g -- sh -c"],
    ["-g -s -v -vvv -w -l -e 143 -e130 -p SIGTERM -- sh -c"],
    ["-gp SIGKILL -ws sh -c"],
    ["sh -c"],
    [`-g -- ${ENTRY_POINT} sh -c`],
    ["-g -- /init /usr/local/lib/hermes/main-wrapper.sh sh -c"],
    ["-g -- /opt/hermes/docker/entrypoint.sh sh -c"],
    ["-g -- /opt/hermes/docker/entrypoint-dispatch.sh sh -c"],
    ["-- /init /opt/hermes/docker/main-wrapper.sh sh -c"],
  ])("swallows its flags and starts the image: %s", async (words) => {
    const result = await runContainer({
      flags: AS_ENTRY_POINT,
      args: [...words.split(" "), 'id -un; echo "$0|$1"; exit 9', "a b", ""],
    });
    expect(result).toMatchObject({ code: 9, stdout: "hermes\na b|\n" });
    expect(linesOf(result.stderr, /^reconcile: /)).toHaveLength(1);
  });

  test.concurrent("without a command is hermes", async () => {
    const { code, stdout } = await runContainer({ flags: AS_ENTRY_POINT, args: ["-g", "--"] });
    expect(code).toBe(0);
    expect(stdout).toContain("Usage: hermes COMMAND\n");
  });

  test.concurrent.each([["--version"], ["-h"]])("%s starts nothing", async (flag) => {
    const result = await runContainer({ flags: AS_ENTRY_POINT, args: [flag] });
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(result.stdout).toContain("tini");
  });

  test.concurrent("is only in front of a program inside the container", async () => {
    const command = await runContainer({
      args: ["tini", "-g", "--", "sh", "-c", "id -un; exit 4"],
    });
    expect(command).toMatchObject({ code: 4, stdout: "hermes\n" });
    await using container = await bootContainer();
    const result = await container.exec("root", ["/usr/bin/tini", "-s", "--", "echo", "through"]);
    expect(result).toMatchObject({ code: 0, stdout: "through\n", stderr: "" });
  });
});

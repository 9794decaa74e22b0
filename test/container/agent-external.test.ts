import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { REPOSITORY } from "../support/executable.ts";
import { runContainer, type ContainerOptions } from "./harness/container.ts";
import { bootContainer } from "./support/booted.ts";
import { linesOf } from "./support/messages.ts";
import { listProcesses } from "./support/processes.ts";
import { readConditions, readGateway } from "./support/status.ts";
import { startInTerminal } from "./support/terminal.ts";

const AGENT = "/srv/agent";
const WITH_AGENT = {
  volumes: [`${join(REPOSITORY, "docs/examples/agent.sh")}:${AGENT}:ro`],
  env: { HERMES_AGENT: AGENT },
} as const;

/** Runs a container with an agent that is this shell script. */
const withScript = (script: string, options: ContainerOptions = {}) =>
  runContainer({
    ...options,
    flags: ["--entrypoint=/bin/sh", ...(options.flags ?? [])],
    env: { HERMES_AGENT: "/opt/data/agent", SCRIPT: script, ...options.env },
    args: [
      "-c",
      'printf "#!/bin/sh\\n%s\\n" "$SCRIPT" >/opt/data/agent; chmod 755 /opt/data/agent; exec /usr/local/lib/hermes/entrypoint.sh "$@"',
      "sh",
      ...(options.args ?? []),
    ],
  });

describe("the external agent", () => {
  test.concurrent.each([
    { as: "root", flags: [] },
    { as: "hermes", flags: ["--user=10000:10000"] },
  ])("is the gateway, supervised like any other (as $as)", async ({ flags }) => {
    await using container = await bootContainer({ ...WITH_AGENT, flags });
    const hermes = (...words: readonly string[]) => container.exec("hermes", ["hermes", ...words]);
    expect((await hermes("profile", "create", "coder")).code).toBe(0);
    for (const profile of ["default", "coder"]) {
      expect((await hermes("-p", profile, "gateway", "start")).code).toBe(0);
    }
    expect(await readConditions(container)).toEqual({ coder: "ready", default: "ready" });
    const line = `/bin/sh ${AGENT} -p coder gateway run --replace`;
    const gateway = (await listProcesses(container)).find(({ args }) => args.join(" ") === line);
    expect(gateway?.uid).toBe(10_000);
    await container.execOk("hermes", ["sh", "-c", `kill -9 ${gateway?.pid}`]);
    expect((await hermes("-p", "coder", "gateway", "restart")).code).toBe(0);
    expect((await hermes("gateway", "stop", "--all")).code).toBe(0);
    expect(await readConditions(container)).toEqual({ coder: "down", default: "down" });
    expect((await listProcesses(container)).filter(({ args }) => args.includes(AGENT))).toEqual([]);
  });

  test.concurrent.each([
    [["model", "list"], "Hello from /srv/agent, profile default: model list\n"],
    [["chat", "-q", "a b"], "Hello from /srv/agent, profile default: chat -q a b\n"],
    [["--tui"], "Hello from /srv/agent, profile default: --tui\n"],
    [["-p", "coder", "chat"], "Hello from /srv/agent, profile coder: chat\n"],
    [["setup", "--help"], "Hello from /srv/agent, profile default: setup --help\n"],
    [[], "Hello from /srv/agent, profile default:\n"],
  ])("is the container's command: %j", async (args, stdout) => {
    expect(await runContainer({ ...WITH_AGENT, args })).toMatchObject({ code: 0, stdout });
  });

  test.concurrent("leaves our commands alone", async () => {
    const version = await runContainer({ ...WITH_AGENT, args: ["version"] });
    expect(version).toMatchObject({ code: 0 });
    expect(version.stdout).toStartWith("hermes ");
    const help = await runContainer({ ...WITH_AGENT, args: ["--help"] });
    expect(help.stdout).toContain("gateway");
  });

  test.concurrent("runs as hermes in the directory of -w, and its exit code is the container's", async () => {
    const script = 'echo "$(id -u) $PWD $HOME $# $2"; cat; exit 42';
    const args = ["anything", "a b"];
    const result = await withScript(script, { args, flags: ["--workdir=/tmp"] });
    expect(result).toMatchObject({ code: 42, stdout: "10000 /tmp /opt/data 2 a b\n" });
  });

  test.concurrent("has the container's terminal to itself", async () => {
    const fixture = join(REPOSITORY, "test/container/fixtures/terminal-agent");
    await using session = await startInTerminal({
      columns: 90,
      rows: 30,
      flags: ["--interactive", "--tty", `--volume=${fixture}:${AGENT}:ro`],
      env: { HERMES_AGENT: AGENT },
    });
    await session.shows("ready 30 90");
    session.type("hello\r");
    await session.shows("got hello");
    session.type("\u0003");
    expect(await session.exited).toBe(5);
  });

  test.concurrent("is root's docker exec as hermes, and gets the profile of an alias", async () => {
    await using container = await bootContainer(WITH_AGENT);
    await container.execOk("root", ["hermes", "profile", "create", "coder"]);
    expect(await container.execOk("root", ["coder", "chat"])).toBe(
      "Hello from /srv/agent, profile coder: chat\n",
    );
    const asId = { env: { HERMES_AGENT: "/usr/bin/id" } };
    expect(await container.execOk("root", ["hermes", "-u"], asId)).toBe("10000\n");
    await container.execOk("root", ["hermes", "profile", "use", "coder"]);
    expect(await container.execOk("root", ["hermes"])).toBe(
      "Hello from /srv/agent, profile coder:\n",
    );
  });

  test.concurrent("ends with 78 for what it cannot run with, and its reason is shown", async () => {
    const script = `echo '{"gateway_state":"startup_failed","exit_reason":"no key for the chat","pid":'$$'}' >"$HERMES_HOME/gateway_state.json"; exit 78`;
    await using container = await bootContainer({ env: { HERMES_AGENT: "/opt/data/agent" } });
    await container.execOk(
      "hermes",
      [
        "sh",
        "-c",
        'printf "#!/bin/sh\\n%s\\n" "$1" >agent.new; chmod 755 agent.new; mv agent.new /opt/data/agent',
        "sh",
        script,
      ],
      { workdir: "/opt/data" },
    );
    const start = await container.exec("root", ["hermes", "gateway", "start"]);
    expect(start.code).not.toBe(0);
    const { state, detail } = await readGateway(container, "default");
    expect(state).toBe("parked");
    expect(detail).toContain("no key for the chat");
  });

  test.concurrent("that leads back to hermes is refused, as a command and as a gateway", async () => {
    const script = 'exec hermes "$@"';
    const chat = await withScript(script, { args: ["chat"] });
    expect(chat.code).toBe(78);
    const message = /^✗ Cannot use the agent \/opt\/data\/agent: it leads back to hermes$/;
    expect(linesOf(chat.stderr, message)).toHaveLength(1);
    const run = await withScript(script, { args: ["gateway", "run", "--no-supervise"] });
    expect(run.code).toBe(78);
    expect(linesOf(run.stderr, message)).toHaveLength(1);
  });

  test.concurrent.each([
    { as: "root", flags: [] },
    { as: "hermes", flags: ["--user=10000:10000"] },
  ])("is tried out by hermes-boot conform (as $as)", async ({ flags }) => {
    const args = ["hermes-boot", "conform", AGENT];
    const result = await runContainer({ ...WITH_AGENT, args, flags });
    expect(result.stdout).toEndWith("\n/srv/agent conforms\n");
    expect(result.code).toBe(0);
  });
});

import { describe, expect, test } from "bun:test";
import { MAIN_WRAPPER } from "../../src/core/image.ts";
import { runContainer, type Container, type ContainerOptions } from "./harness/container.ts";
import { engineOk } from "./harness/engine.ts";
import { createVolume } from "./harness/volume.ts";
import { waitFor } from "./harness/wait-for.ts";
import { bootContainer, readOutput } from "./support/booted.ts";
import { expectRefusal, linesOf } from "./support/messages.ts";
import {
  findGateway,
  listProcesses,
  waitForSleep,
  type ContainerProcess,
} from "./support/processes.ts";
import { waitUntilReady } from "./support/status.ts";
import { listRootOwned, onVolumeAsHermes, profileScript } from "./support/volume-content.ts";

const OURS = ["HOME", "USER", "LOGNAME", "HERMES_HOME"] as const;
const HERMES = "HOME=/opt/data USER=hermes LOGNAME=hermes HERMES_HOME=/opt/data";
const ROOT = "HOME=/root USER=root LOGNAME=root HERMES_HOME=/opt/data";

/** The four variables of an environment, one entry a line, in one line. */
function identityOf(environment: string): string {
  const lines = environment.split(/[\n\0]/);
  return OURS.map((name) => lines.find((line) => line.startsWith(`${name}=`)) ?? `no ${name}`).join(
    " ",
  );
}

async function identityOfProcess(container: Container, { pid }: ContainerProcess): Promise<string> {
  return identityOf(await container.execOk("hermes", ["cat", `/proc/${pid}/environ`]));
}

async function findProcess(container: Container, words: string): Promise<ContainerProcess> {
  // The init has the command's words in its own command line, after the wrapper.
  const found = (await listProcesses(container)).find(
    ({ args }) => args.join(" ").includes(words) && !args.includes(MAIN_WRAPPER),
  );
  if (found === undefined) throw new Error(`No process has '${words}' in its command line`);
  return found;
}

describe("HOME, USER, LOGNAME and HERMES_HOME", () => {
  test.concurrent("are hermes' in the command", async () => {
    const { stdout } = await runContainer({ args: ["env"] });
    expect(identityOf(stdout)).toBe(HERMES);
  });

  test.concurrent.each([
    ["--user=10000:10000"],
    ["--user=10000"],
    ["--user=hermes"],
    ["--init"],
    ["--env=PUID=99"],
  ])("are hermes' in the command with %s", async (flag) => {
    const { stdout } = await runContainer({ args: ["env"], flags: [flag] });
    expect(identityOf(stdout)).toBe(HERMES);
  });

  test.concurrent("are hermes' in the services: gateway, its log and dashboard", async () => {
    await using volume = await createVolume();
    await onVolumeAsHermes(volume, profileScript({ coder: "running" }));
    await using container = await bootContainer({
      env: { HERMES_DASHBOARD: "1" },
      volumes: [`${volume.name}:/opt/data`],
    });
    await waitUntilReady(container, ["coder"]);
    const processes = [
      await findGateway(container, "coder"),
      await findProcess(container, "s6-log"),
      await findProcess(container, "hermes dashboard"),
    ];
    for (const process of processes) {
      expect(`${await identityOfProcess(container, process)} uid=${process.uid}`).toBe(
        `${HERMES} uid=10000`,
      );
    }
  });

  test.concurrent("are root's in cont-init.d, which is root", async () => {
    const script = [
      "printf '#!/command/with-contenv sh\\nenv >/tmp/seen\\n' >/etc/cont-init.d/99-look",
      "chmod 755 /etc/cont-init.d/99-look",
      "exec /usr/local/lib/hermes/entrypoint.sh cat /tmp/seen",
    ].join("; ");
    const { stdout } = await runContainer({
      flags: ["--entrypoint=/bin/sh"],
      args: ["-c", script],
    });
    expect(identityOf(stdout)).toBe(ROOT);
  });

  test.concurrent("follow HERMES_HOME", async () => {
    const { stdout } = await runContainer({ args: ["env"], env: { HERMES_HOME: "/data/hermes" } });
    expect(identityOf(stdout)).toBe(HERMES.replace(/HERMES_HOME=.*/, "HERMES_HOME=/data/hermes"));
  });
});

describe("an empty HERMES_HOME", () => {
  test.concurrent("is the image's volume, in the command and whatever clears it", async () => {
    await using container = await bootContainer({ env: { HERMES_HOME: "" } });
    await container.execOk("root", ["hermes", "profile", "create", "coder"]);
    expect(await container.execOk("root", ["ls", "/opt/data/profiles"])).toBe("coder\n");
    const { stdout } = await runContainer({ env: { HERMES_HOME: "" }, args: ["env"] });
    expect(identityOf(stdout)).toBe(HERMES);
  });

  test.concurrent("is the container's volume after `su -` and `env -i`", async () => {
    await using container = await bootContainer({ env: { HERMES_HOME: "/data/her mes" } });
    await container.execOk("root", ["su", "-", "hermes", "-c", "hermes profile create coder"]);
    await container.execOk("root", [
      "env",
      "-i",
      "/usr/local/bin/hermes",
      "profile",
      "create",
      "b",
    ]);
    expect(await container.execOk("root", ["ls", "/data/her mes/profiles"])).toBe("b\ncoder\n");
    expect(await container.execOk("root", ["find", "/opt/data", "-name", "SOUL.md"])).toBe("");
  });
});

test.concurrent("a relative HERMES_HOME ends the container before anything runs", async () => {
  const result = await runContainer({ env: { HERMES_HOME: "data" }, args: ["echo", "ran"] });
  expectRefusal(result, 2, /^✗ HERMES_HOME="data" is not an absolute path$/);
  expect(result.stderr.split("\n")).toHaveLength(3);
});

const withoutHermes = (then: string): ContainerOptions => ({
  flags: ["--entrypoint=/bin/sh"],
  args: ["-c", `sed -i '/^hermes:/d' /etc/passwd; ${then}`],
});

describe("an /etc/passwd without hermes", () => {
  const REFUSAL = /^✗ Cannot drop from root to hermes: \/etc\/passwd has no user hermes/;
  test.concurrent("ends the container before anything runs", async () => {
    const entry = "exec /usr/local/lib/hermes/entrypoint.sh echo ran";
    const result = await runContainer(withoutHermes(entry));
    expectRefusal(result, 1, REFUSAL);
    expect(result.stderr.split("\n")).toHaveLength(3);
  });

  test.concurrent("never makes the command root, past the entry point either", async () => {
    const init = "exec /init /usr/local/lib/hermes/main-wrapper.sh echo ran";
    const { code, stdout, stderr } = await runContainer(withoutHermes(init));
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(linesOf(stderr, REFUSAL)).toHaveLength(1);
  });

  test.concurrent.each([
    ["/^hermes:/d"],
    ["s/^hermes:x:10000/hermes:x:0/"],
    ["s/^hermes:x:1/hermes:x:a/"],
  ])("refuses docker exec as root, and leaves nothing of root's (%s)", async (edit) => {
    await using container = await bootContainer();
    await container.execOk("root", ["sed", "-i", edit, "/etc/passwd"]);
    const result = await container.exec("root", ["hermes", "profile", "create", "coder"]);
    expectRefusal(result, 1, REFUSAL);
    expect(await listRootOwned(container)).toEqual([]);
    const asHermes = ["hermes", "profile", "create", "coder"];
    expect((await container.exec("10000:10000", asHermes)).code).toBe(0);
  });
});

describe("docker exec", () => {
  test.concurrent.each([["root"], ["hermes"], ["10000:10000"]])(
    "as %s runs hermes as hermes, on the container's volume",
    async (user) => {
      await using container = await bootContainer();
      // A gateway in the foreground lives long enough to be looked at.
      const script = "hermes gateway run --no-supervise >/dev/null 2>&1 & echo $!";
      const pid = Number(await container.execOk(user, ["sh", "-c", script]));
      const path = "/opt/data/gateway_state.json";
      await waitFor(async () =>
        (await container.exec("root", ["cat", path])).stdout.includes('"running"'),
      );
      const status = await container.execOk("root", ["cat", `/proc/${pid}/status`]);
      expect(status).toContain("Uid:\t10000\t10000\t10000\t10000\n");
      expect(status).toContain("Gid:\t10000\t10000\t10000\t10000\n");
      expect(await container.execOk("root", ["cat", path])).toContain('"/opt/data"');
      expect(await listRootOwned(container)).toEqual([]);
    },
  );
});

test.concurrent("docker exec as a stranger is refused with the way in, whatever it asks for", async () => {
  await using container = await bootContainer({ env: { PUID: "1000" } });
  for (const words of [
    ["status"],
    ["profile", "create", "coder"],
    ["gateway", "start"],
    ["doctor"],
  ]) {
    const result = await container.exec("10000", ["hermes", ...words]);
    expectRefusal(result, 1, /^✗ Cannot work as uid 10000: \/opt\/data belongs to hermes \(1000:/);
  }
  expect((await container.exec("10000", ["hermes", "version"])).code).toBe(0);
});

describe("docker exec as root", () => {
  test.concurrent("leaves nothing of root's on the volume, whatever it does", async () => {
    await using container = await bootContainer();
    for (const words of [
      ["profile", "create", "coder"],
      ["-p", "coder", "gateway", "start"],
      ["-p", "coder", "gateway", "restart"],
      ["gateway", "start"],
      ["gateway", "stop", "--all"],
      ["profile", "create", "other"],
      ["profile", "delete", "other", "-y"],
      ["status"],
    ]) {
      await container.execOk("root", ["hermes", ...words]);
      expect({ words, left: await listRootOwned(container) }).toEqual({ words, left: [] });
    }
  });

  test.concurrent("drops before the boot has made anything", async () => {
    const script = "hermes profile create early; stat -c %U /opt/data/profiles/early";
    const { stdout } = await runContainer({
      flags: ["--entrypoint=/bin/sh"],
      args: ["-c", script],
    });
    expect(stdout).toEndWith("hermes\n");
  });

  test.concurrent("refuses if it cannot drop", async () => {
    const flags = ["--entrypoint=/usr/local/bin/hermes", "--cap-drop=SETUID", "--cap-drop=SETGID"];
    const result = await runContainer({ flags, args: ["profile", "create", "coder"] });
    expectRefusal(result, 1, /^✗ Cannot drop from root to hermes: /);
    expect(result.stderr).toContain("--cap-add SETUID --cap-add SETGID");
  });

  test.concurrent("does not make the container's command root by HERMES_DOCKER_EXEC_AS_ROOT", async () => {
    const env = { HERMES_DOCKER_EXEC_AS_ROOT: "1" };
    expect((await runContainer({ env, args: ["id", "-u"] })).stdout).toBe("10000\n");
  });
});

describe("--group-add", () => {
  test.concurrent("reaches the command, a gateway and docker exec", async () => {
    await using volume = await createVolume();
    await onVolumeAsHermes(volume, profileScript({ coder: "running" }));
    await using container = await bootContainer({
      flags: ["--group-add=44", "--group-add=4242"],
      volumes: [`${volume.name}:/opt/data`],
    });
    await waitUntilReady(container, ["coder"]);
    const groupsOf = async ({ pid }: ContainerProcess) =>
      /^Groups:\s*(.*?)\s*$/m.exec(
        await container.execOk("root", ["cat", `/proc/${pid}/status`]),
      )?.[1];
    for (const words of ["sleep infinity", "gateway run --replace"]) {
      const groups = (await groupsOf(await findProcess(container, words)))?.split(" ") ?? [];
      expect(groups).toContain("44");
      expect(groups).toContain("4242");
      expect(groups).not.toContain("0");
    }
    expect(await container.execOk("hermes", ["id", "-G"])).toBe("10000 44 4242\n");
  });
});

describe("a mounted docker.sock", () => {
  test.concurrent("gives its group to the command, a gateway and docker exec", async () => {
    await using sockets = await createVolume();
    const make =
      "s6-ipcserver-socketbinder -a 0660 /s/docker.sock true && chgrp 4243 /s/docker.sock";
    const mount = `${sockets.name}:/s`;
    const made = await runContainer({
      flags: ["--entrypoint=/bin/sh"],
      volumes: [mount],
      args: ["-c", `PATH=/command:$PATH; ${make}`],
    });
    expect(made).toMatchObject({ code: 0 });
    await using volume = await createVolume();
    await onVolumeAsHermes(volume, profileScript({ coder: "running" }));
    const source = await engineOk([
      "volume",
      "inspect",
      "--format",
      "{{.Mountpoint}}",
      sockets.name,
    ]);
    await using container = await bootContainer({
      volumes: [`${volume.name}:/opt/data`, `${source.trim()}/docker.sock:/var/run/docker.sock`],
    });
    await waitUntilReady(container, ["coder"]);
    for (const words of ["sleep infinity", "gateway run --replace"]) {
      const { pid } = await findProcess(container, words);
      const status = await container.execOk("root", ["cat", `/proc/${pid}/status`]);
      expect(status).toMatch(/^Groups:(?:\s+\d+)*\s4243\b/m);
    }
    expect(await container.execOk("hermes", ["id", "-G"])).toBe("10000 4243\n");
  });
});

describe("--user", () => {
  test.concurrent.each([["1234"], ["1234:10000"], ["nobody"], ["1"]])(
    "%s is refused with the supported way, and nothing runs",
    async (user) => {
      const result = await runContainer({
        flags: [`--user=${user}`],
        args: ["sh", "-c", "echo ran"],
      });
      expectRefusal(result, 1, /^✗ Cannot run as uid \d+: /);
      expect(result.stderr).toMatch(/HERMES_UID=\d+ .*PUID/);
    },
  );

  test.concurrent.each([
    ["1234", /^  Hint: leave out --user and pass -e HERMES_UID=1234 \(or PUID\):/],
    ["1234:99", /^  Hint: leave out --user and pass -e HERMES_UID=1234 -e HERMES_GID=99 \(/],
    ["1000620000:0", /^  Hint: pass --user 10000:10000 /],
  ])("%s is answered with ids that the image takes", async (user, hint) => {
    const result = await runContainer({ flags: [`--user=${user}`], args: ["echo", "ran"] });
    expectRefusal(result, 1, /^✗ Cannot run as uid \d+: /);
    expect(linesOf(result.stderr, hint)).toHaveLength(1);
  });

  test.concurrent.each([["1234"], ["1234:100"]])(
    "%s is refused past the entry point too",
    async (user) => {
      const result = await runContainer({
        flags: [`--user=${user}`, "--entrypoint=/init"],
        args: ["/usr/local/lib/hermes/main-wrapper.sh", "sh", "-c", "echo ran"],
      });
      expectRefusal(result, 1, /^✗ Cannot run as uid 1234: /);
    },
  );

  test.concurrent("10000:10000 boots without root, and quietly", async () => {
    await using container = await bootContainer({ flags: ["--user=10000:10000"] });
    expect((await listProcesses(container)).filter(({ uid }) => uid !== 10_000)).toEqual([]);
    expect(linesOf(await readOutput(container), /warning|✗|fatal|denied/)).toEqual([]);
  });

  test.concurrent.each([
    [{ PUID: "99" }, ["PUID=99 has no effect: the whole container runs as 10000"]],
    [{ PUID: "10000", PGID: "10000" }, []],
  ])("10000:10000 with %j says what has no effect", async (env, warnings) => {
    const options = { flags: ["--user=10000:10000"], env, args: ["id", "-u"] };
    const { code, stdout, stderr } = await runContainer(options);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "10000\n" });
    const lines = warnings.map((warning) => `warning: ${warning}; leave out --user`);
    expect(linesOf(stderr, /warning|✗/)).toEqual(lines);
  });
});

test.concurrent("the processes of a boot are these, as these users", async () => {
  await using container = await bootContainer();
  await waitForSleep(container);
  const processes = await listProcesses(container);
  const userOf = (words: string) =>
    processes.filter(({ args }) => args.join(" ").includes(words)).map(({ uid }) => uid);
  expect(userOf("s6-svscan")).toEqual([0]);
  expect(userOf("s6-supervise gateway-default")).toEqual([0, 0]);
  expect(userOf("s6-ipcserverd -v0 -1 -c 40")).toEqual([0]);
  expect(userOf("sleep infinity").filter((uid) => uid !== 0)).toEqual([10_000]);
  // Nothing of ours stays in memory, and no gateway runs that nobody asked for.
  expect(processes.filter(({ args }) => args[0]?.includes("hermes") === true)).toEqual([]);
  expect(userOf("s6-log")).toEqual([]);
});

import { describe, expect, test } from "bun:test";
import { runContainer } from "./harness/container.ts";
import { createVolume, type Volume } from "./harness/volume.ts";
import { bootContainer, readOutput, restartContainer } from "./support/booted.ts";
import { complaintsIn, linesOf } from "./support/messages.ts";
import { findGateway } from "./support/processes.ts";
import { waitUntilReady } from "./support/status.ts";
import { onVolume, onVolumeAsHermes, profileScript } from "./support/volume-content.ts";

const mount = (volume: Volume) => [`${volume.name}:/opt/data`];

describe("user remap", () => {
  test.concurrent.each([
    ["99", "100"],
    ["1", "1"],
    ["65534", "65534"],
    ["1000", "1000"],
    ["10000", "999"],
  ])("to %s:%s", async (uid, gid) => {
    await using volume = await createVolume();
    // What the agent keeps, whatever it calls it; package caches are full of hard links.
    const more = "mkdir backups hooks plugins mcp .cache; echo x >.cache/a; ln .cache/a mcp/a";
    await onVolumeAsHermes(volume, `${profileScript({ coder: "running" })}\n${more}`);
    await using container = await bootContainer({
      env: { PUID: uid, PGID: gid },
      volumes: mount(volume),
    });
    await waitUntilReady(container, ["coder"]);
    expect(await container.execOk("hermes", ["sh", "-c", "id -u; id -g"])).toBe(`${uid}\n${gid}\n`);
    expect((await findGateway(container, "coder")).uid).toBe(Number(uid));
    const strangers = ["find", "/opt/data", "!", "-uid", uid, "-o", "!", "-gid", gid];
    expect(await container.execOk("root", strangers)).toBe("");
    await container.execOk("root", ["hermes", "-p", "coder", "gateway", "stop"]);
    await container.execOk("hermes", ["hermes", "-p", "coder", "gateway", "start"]);
    expect(complaintsIn(await readOutput(container))).toEqual([]);
  });

  test.concurrent("shares a gid that exists, and keeps its name", async () => {
    const { stdout } = await runContainer({
      env: { PUID: "99", PGID: "100" },
      args: ["sh", "-c", "id -g; id -gn; grep -c ^users: /etc/group"],
    });
    expect(stdout).toBe("100\nusers\n1\n");
  });

  test.concurrent("to another user's uid names it hermes, with hermes' home", async () => {
    const { stdout } = await runContainer({
      env: { PUID: "33", PGID: "33" },
      args: ["sh", "-c", "whoami; getent passwd 33 | cut -d: -f6; grep -c ^www-data: /etc/passwd"],
    });
    expect(stdout).toBe("hermes\n/opt/data\n1\n");
  });

  test.concurrent.each([
    ["PUID", "0"],
    ["PUID", "65535"],
    ["PUID", "-1"],
    ["PGID", "1e3"],
    ["HERMES_UID", "root"],
    ["HERMES_GID", "10 00"],
    ["HERMES_UID", "1000:1000"],
  ])("refuses %s=%j with a line, and hermes stays who it is", async (variable, value) => {
    const { stdout, stderr } = await runContainer({
      env: { [variable]: value },
      args: ["sh", "-c", "id -u; id -g"],
    });
    expect(stdout).toBe("10000\n10000\n");
    expect(linesOf(stderr, /^✗ /)).toEqual([
      `✗ ${variable}=${JSON.stringify(value)} is not an id from 1 to 65534; hermes stays 10000:10000`,
    ]);
  });

  test.concurrent("holds after a restart, and can be taken back", async () => {
    await using volume = await createVolume();
    await using container = await bootContainer({ env: { PUID: "99" }, volumes: mount(volume) });
    await restartContainer(container);
    expect(await container.execOk("hermes", ["id", "-u"])).toBe("99\n");
    expect(complaintsIn(await readOutput(container))).toEqual([]);
  });
});

describe("the volume", () => {
  test.concurrent("is made wherever HERMES_HOME points, with everything in it", async () => {
    const { stdout } = await runContainer({
      env: { HERMES_HOME: "/data/hermes" },
      args: ["sh", "-c", "stat -c '%U:%G %n' /data/hermes /data/hermes/* /data/hermes/logs/*"],
    });
    const names = "SOUL.md cron logs memories profiles sessions skills workspace".split(" ");
    expect(stdout.split("\n")).toEqual([
      "hermes:hermes /data/hermes",
      ...names.map((name) => `hermes:hermes /data/hermes/${name}`),
      "hermes:hermes /data/hermes/logs/container-boot.log",
      "hermes:hermes /data/hermes/logs/gateway-events.log",
      "hermes:hermes /data/hermes/logs/gateways",
      "",
    ]);
  });

  test.concurrent("runs its gateways where HERMES_HOME points", async () => {
    await using container = await bootContainer({ env: { HERMES_HOME: "/data/hermes" } });
    await container.execOk("root", ["hermes", "profile", "create", "coder"]);
    await container.execOk("root", ["hermes", "-p", "coder", "gateway", "start"]);
    const log = "/data/hermes/logs/gateways/coder/current";
    expect(await container.execOk("root", ["cat", log])).toContain("Gateway 'coder' runs");
  });

  test.concurrent.each(["/etc", "/etc/hermes"])("is never %s, the system's", async (path) => {
    const { stdout, stderr } = await runContainer({
      env: { HERMES_HOME: path },
      args: ["sh", "-c", "find /etc -user hermes; find /etc -name hermes; stat -c %U /etc"],
    });
    expect(linesOf(stdout, /^(?:root|\/etc.*)$/)).toEqual(["root"]);
    const refusal = `warning: refusing to give ${path} to hermes: it is the system's; set HERMES_HOME to a directory of its own, such as /opt/data`;
    expect(linesOf(stderr, /refusing/)).toEqual([refusal]);
  });

  test.concurrent("of root's is given to hermes, whatever it is", async () => {
    await using volume = await createVolume();
    const script = `${profileScript({ coder: "running" })}
      mkdir -p sessions/a/b logs; echo x >sessions/a/b/c; echo y >config.yaml; echo z >mine.txt
      mkdir home; echo a >home/a; echo b >auth.json; echo c >profiles/coder/state.db
      mkdir -p "profiles/coder/skills/a b" photos; echo d >"profiles/coder/skills/a b/c"; echo e >photos/x
      printf f >"$(printf 'photos/\\377')"; chown -R 0:0 .; chown -R 1234:1234 mine.txt`;
    await onVolume(volume, script);
    await using container = await bootContainer({ volumes: mount(volume) });
    await waitUntilReady(container, ["coder"]);
    const names = ". sessions/a/b/c config.yaml profiles/coder/SOUL.md".split(" ");
    const agents = "home/a auth.json profiles/coder/state.db".split(" ");
    const owners = `stat -c '%u %n' ${[...names, ...agents].join(" ")} mine.txt`;
    expect(await container.execOk("root", ["sh", "-c", `cd /opt/data; ${owners}`])).toBe(
      `${[...names, ...agents].map((name) => `10000 ${name}\n`).join("")}1234 mine.txt\n`,
    );
    const others = ["find", "/opt/data", "!", "-user", "hermes", "-printf", "%P\\n"];
    expect(await container.execOk("root", others)).toBe("mine.txt\n");
  });

  test.concurrent("of hermes' with what root left below its directories takes that again", async () => {
    await using volume = await createVolume();
    const directories = "logs/gateways profiles/coder/memories profiles/coder/cron skills/a";
    await onVolumeAsHermes(
      volume,
      `${profileScript({ coder: "running" })}\nmkdir -p ${directories}`,
    );
    // As `docker cp` and an editor in a root shell leave them.
    const files = "profiles/coder/memories/MEMORY.md profiles/coder/cron/x.json skills/a/b unknown";
    await onVolume(volume, `chown 0:0 logs/gateways; echo x | tee ${files} >/dev/null`);
    await using container = await bootContainer({ volumes: mount(volume) });
    await waitUntilReady(container, ["coder"]);
    const log = "/opt/data/logs/gateways/coder/current";
    expect(await container.execOk("root", ["cat", log])).toContain("Gateway 'coder' runs");
    expect(complaintsIn(await readOutput(container))).toEqual([]);
    const others = ["find", "/opt/data", "!", "-user", "hermes"];
    expect(await container.execOk("root", others)).toBe("");
  });

  // Docker gives an empty volume the owner that the directory has in the image.
  test.concurrent("of a stranger's stays the stranger's, and the log says what to pass", async () => {
    await using volume = await createVolume();
    await onVolume(volume, "touch mine; chown 1000:100 . && chmod 0755 .");
    const { stdout, stderr } = await runContainer({
      volumes: mount(volume),
      args: ["stat", "-c", "%u:%g", "/opt/data"],
    });
    expect(stdout).toEndWith("\n1000:100\n");
    expect(
      linesOf(
        stderr,
        /may not write to \/opt\/data.*`chown -R 10000:10000` .*-e PUID=1000 -e PGID=100$/,
      ),
    ).toHaveLength(1);
  });

  test.concurrent.each([
    ["0:0", /or start the container once without --user, which gives it to hermes$/],
    ["1000:100", /or leave out --user and pass -e PUID=1000 -e PGID=100$/],
  ])("of %s without root: the log says what to do, and that helps", async (owner, otherWay) => {
    await using volume = await createVolume();
    await onVolume(volume, `touch mine; chown ${owner} . && chmod 0755 .`);
    const options = { volumes: mount(volume), args: ["touch", "/opt/data/mine-too"] };
    const refused = await runContainer({ ...options, flags: ["--user=10000:10000"] });
    expect(refused.code).toBe(1);
    const [line, ...more] = linesOf(refused.stderr, /may not write to \/opt\/data/);
    expect(line).toMatch(/`chown -R 10000:10000` on it \(in Kubernetes: fsGroup: 10000\), /);
    expect(line).toMatch(otherWay);
    expect(more).toEqual([]);
    const env = owner === "0:0" ? {} : { PUID: "1000", PGID: "100" };
    expect((await runContainer({ ...options, env })).code).toBe(0);
    expect((await runContainer({ ...options, env })).stderr).not.toContain("may not write");
  });

  test.concurrent("that is read-only is said in few lines, with what to change", async () => {
    await using volume = await createVolume();
    await onVolumeAsHermes(volume, profileScript({ coder: "running" }));
    await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data:ro`] });
    await waitUntilReady(container, ["coder"]);
    const { stdout, stderr } = await container.logs();
    expect(linesOf(stderr, /stale/)).toEqual([]);
    expect(
      linesOf(stderr, /cannot seed \/opt\/data: read-only file system; mount it/),
    ).toHaveLength(1);
    expect(linesOf(stderr, /; its lines follow$/)).toHaveLength(1);
    const [first, second] = linesOf(stdout, / prior_state=/);
    expect(first).toMatch(/ profile=default .* action=registered$/);
    expect(second).toMatch(/ profile=coder .* action=started /);
  });

  test.concurrent("keeps a stranger's files, also below a known name", async () => {
    await using volume = await createVolume();
    await onVolume(
      volume,
      "mkdir -p skills/shared; echo x >skills/shared/a; chown -R 0:0 skills; chown -R 1234:1234 skills/shared",
    );
    await using container = await bootContainer({ volumes: mount(volume) });
    const owners = ["stat", "-c", "%u", "/opt/data/skills", "/opt/data/skills/shared/a"];
    expect(await container.execOk("root", owners)).toBe("10000\n1234\n");
  });

  test.concurrent.each([["memories"], ["gateway_state.json"], ["profiles/coder/sessions"]])(
    "does not follow the link %s, and says `refusing`",
    async (name) => {
      await using volume = await createVolume();
      await onVolume(
        volume,
        `mkdir -p profiles/coder; touch profiles/coder/SOUL.md; chown -R 10000:10000 profiles
        ln -s /etc/skel ${name}`,
      );
      await using container = await bootContainer({ volumes: mount(volume) });
      const owners = ["stat", "-c", "%u", "/etc/skel", "/etc/skel/.profile"];
      expect(await container.execOk("root", owners)).toBe("0\n0\n");
      const refusals = linesOf(await readOutput(container), /refusing/);
      expect(refusals).toHaveLength(1);
      expect(refusals[0]).toContain(`/opt/data/${name}`);
    },
  );

  test.concurrent("that cannot be given away is a warning if hermes can use it", async () => {
    await using volume = await createVolume();
    await onVolume(volume, "touch mine; chown 0:0 . && chmod 0777 .");
    await using container = await bootContainer({
      flags: ["--cap-drop=CHOWN"],
      volumes: mount(volume),
    });
    const warnings = linesOf(await readOutput(container), /^warning: cannot give /);
    expect(warnings).toEqual([
      "warning: cannot give /opt/data/mine to hermes (nor 1 more): operation not permitted",
    ]);
    await container.execOk("root", ["hermes", "profile", "create", "coder"]);
    await container.execOk("root", ["hermes", "-p", "coder", "gateway", "start"]);
    await container.execOk("hermes", ["hermes", "-p", "coder", "gateway", "stop"]);
  });

  test.concurrent("starts the default gateway by HERMES_GATEWAY_BOOTSTRAP_STATE once only", async () => {
    await using container = await bootContainer({
      env: { HERMES_GATEWAY_BOOTSTRAP_STATE: "running" },
    });
    await waitUntilReady(container, ["default"]);
    await container.execOk("root", ["hermes", "gateway", "stop"]);
    await restartContainer(container);
    const state = ["s6-svstat", "-o", "wantedup", "/run/service/gateway-default"];
    expect(await container.execOk("root", state)).toBe("false\n");
  });
});

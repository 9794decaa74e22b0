import { describe, expect, test } from "bun:test";
import { runContainer, startContainer, type ContainerOptions } from "./harness/container.ts";
import { createVolume } from "./harness/volume.ts";
import { waitFor } from "./harness/wait-for.ts";
import { bootContainer, waitForBoot } from "./support/booted.ts";
import { readBootLog, withoutTime } from "./support/boot-log.ts";
import { readConditions, waitUntilReady } from "./support/status.ts";
import { onVolumeAsHermes, profileScript } from "./support/volume-content.ts";

const ENTRY = "/usr/local/lib/hermes/entrypoint.sh";

/** A container whose boot runs a script of its own, under this name in cont-init.d. */
function withScript(name: string, text: string, command = "sleep infinity"): ContainerOptions {
  const path = `/etc/cont-init.d/${name}`;
  return {
    flags: ["--entrypoint=/bin/sh"],
    args: [
      "-c",
      `printf '#!/bin/sh\\n${text}\\n' >${path} && chmod 755 ${path} && exec ${ENTRY} ${command}`,
    ],
  };
}

describe("while the container boots", () => {
  test.concurrent("a command waits, and what it orders holds", async () => {
    await using volume = await createVolume();
    await onVolumeAsHermes(volume, profileScript({ live: "running", idle: null }));
    const slow = withScript("011-slow", "exec sleep 3");
    await using container = await startContainer({
      ...slow,
      volumes: [`${volume.name}:/opt/data`],
    });
    // As soon as the engine lets anything in: the init may not have started yet.
    const order = async (user: string, ...words: readonly string[]) => {
      let result = await container.exec(user, ["hermes", ...words]);
      await waitFor(async () => {
        if (!/container state|not running/.test(result.stderr)) return true;
        result = await container.exec(user, ["hermes", ...words]);
        return false;
      });
      return result;
    };
    const [status, doctor, health, stop, create] = await Promise.all([
      order("hermes", "status"),
      order("root", "doctor"),
      container.exec("root", ["hermes-boot", "health"]),
      order("root", "-p", "live", "gateway", "stop"),
      order("hermes", "profile", "create", "fresh"),
    ]);
    expect(status.stdout).toContain(", booting");
    expect({ code: doctor.code, booting: doctor.stdout.includes("still booting") }).toEqual({
      code: 3,
      booting: true,
    });
    expect(health).toMatchObject({ code: 1, stdout: "the container is booting\n" });
    expect(stop).toMatchObject({ code: 0, stdout: "Stopped gateway 'live'\n" });
    expect(create.stdout).toContain("Registered gateway 'fresh', down");
    await waitForBoot(container);
    expect(await readConditions(container)).toEqual({
      default: "down",
      fresh: "down",
      idle: "down",
      live: "down",
    });
  });

  test.concurrent("a stop right after `docker start` holds", async () => {
    await using volume = await createVolume();
    await onVolumeAsHermes(volume, profileScript({ live: "running" }));
    await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
    for (const round of [1, 2, 3]) {
      await waitUntilReady(container, ["live"]);
      await container.stop();
      await container.start();
      // Nothing in between: the earlier the order comes, the less of the boot is done.
      const stop = await container.exec("hermes", ["hermes", "-p", "live", "gateway", "stop"]);
      expect({ round, ...stop }).toMatchObject({ round, code: 0 });
      await waitForBoot(container);
      // What has been published by now would be starting.
      await container.execOk("root", ["hermes", "gateway", "start"]);
      await waitUntilReady(container, ["default"]);
      const { live } = await readConditions(container);
      expect({ round, live }).toEqual({ round, live: "down" });
      await container.execOk("root", ["hermes", "-p", "live", "gateway", "start"]);
    }
  });

  test.concurrent("a command that waited for 30 s says so and exits 75", async () => {
    await using container = await startContainer(withScript("011-slow", "exec sleep 300"));
    const result = await container.exec("root", ["hermes", "gateway", "start"]);
    expect(result).toMatchObject({ code: 75, stdout: "" });
    expect(result.stderr).toStartWith(
      "✗ Cannot change gateways yet: the container is still booting after 30 s\n",
    );
  });

  test.concurrent("a script of the boot itself does not wait for the boot", async () => {
    const script = "hermes profile create early; echo $? >/run/early";
    await using container = await bootContainer(withScript("0105-early", script));
    expect(await container.execOk("root", ["cat", "/run/early"])).toBe("0\n");
    expect(await readConditions(container)).toEqual({ default: "down", early: "down" });
  });
});

test.concurrent("the container's own command finds each of 80 gateways registered", async () => {
  await using volume = await createVolume();
  const profiles = Object.fromEntries(
    Array.from({ length: 80 }, (_, index) => [`p${index}`, null]),
  );
  await onVolumeAsHermes(volume, profileScript(profiles));
  const { stdout } = await runContainer({
    volumes: [`${volume.name}:/opt/data`],
    args: ["hermes", "gateway", "list"],
  });
  expect(stdout.trimEnd().split("\n")).toHaveLength(81);
  expect(stdout).not.toContain("not-registered");
});

describe("a boot that hangs", () => {
  test.concurrent("ends after HERMES_BOOT_TIMEOUT, and says why", async () => {
    const slow = withScript("011-slow", "exec sleep 300");
    await using container = await startContainer({ ...slow, env: { HERMES_BOOT_TIMEOUT: "6" } });
    expect(await container.exitCode()).toBe(1);
    const { stderr } = await container.logs();
    expect(stderr).toContain("✗ Cannot boot: the container is still booting after 6 s\n");
    expect(stderr).toContain("HERMES_BOOT_TIMEOUT");
  });

  test.concurrent("ends if the script that boots is dead", async () => {
    // As the OOM killer would; s6-rc would go on alone.
    const kill = 'pkill -KILL -f "rc.init top|plain/boot |s6-rc -v"';
    await using container = await startContainer(withScript("011-kill", kill));
    expect(await container.exitCode()).toBe(1);
    expect((await container.logs()).stderr).toContain(
      "✗ Cannot boot: the init's script that starts the services has failed\n",
    );
  });
});

test.concurrent("a command that ends early beside a slow gateway ends the container as it did", async () => {
  await using volume = await createVolume();
  const agent = "#!/bin/sh\\ntrap : TERM\\nwhile :; do sleep 1; done\\n";
  await onVolumeAsHermes(
    volume,
    `printf '${agent}' >slow && chmod 755 slow && ${profileScript({ live: "running" })}`,
  );
  const { code, stdout, stderr } = await runContainer({
    volumes: [`${volume.name}:/opt/data`],
    env: { HERMES_AGENT: "/opt/data/slow" },
    args: ["bash", "-c", "sleep 2; echo done; exit 9"],
  });
  expect(code).toBe(9);
  expect(stdout).toStartWith("done\n");
  expect(stderr).not.toContain("Cannot boot");
});

describe("a script of the image that another image has replaced", () => {
  test.concurrent("is run in its place, and no gateway is registered without ours", async () => {
    const own = withScript("02-reconcile-profiles", "echo mine >/run/mine");
    await using container = await bootContainer(own);
    expect(await container.execOk("root", ["cat", "/run/mine"])).toBe("mine\n");
    await container.execOk("root", ["test", "!", "-e", "/run/service/gateway-default"]);
  });

  test.concurrent("is run in its place in a runtime profile, too", async () => {
    const profile = "/etc/cont-profile.d/mine";
    const script = `
      mkdir -p ${profile} && cp -R /etc/s6-overlay /etc/cont-init.d /etc/cont-finish.d ${profile}/
      printf '#!/bin/sh\nexec touch /run/mine\n' >${profile}/cont-init.d/02-reconcile-profiles
      printf '#!/bin/sh\nexec touch /opt/data/down\n' >${profile}/cont-finish.d/99-mine
      chmod 755 ${profile}/cont-finish.d/99-mine
      exec ${ENTRY} sleep infinity`;
    await using container = await bootContainer({
      env: { S6_RUNTIME_PROFILE: "mine" },
      flags: ["--entrypoint=/bin/sh"],
      args: ["-c", script],
    });
    await container.execOk("root", ["test", "-e", "/run/mine"]);
    await container.execOk("root", ["test", "!", "-e", "/run/service/gateway-default"]);
    await container.restart();
    await waitForBoot(container);
    await container.execOk("root", ["test", "-e", "/opt/data/down"]);
  });

  test.concurrent("keeps no command waiting if it was the last one", async () => {
    await using container = await bootContainer(withScript("03-dashboard-toggle", ":"));
    await container.execOk("hermes", ["hermes", "gateway", "start"]);
    await waitUntilReady(container, ["default"]);
  });
});

test.concurrent("a script of another image has its turn between ours", async () => {
  const make = "mkdir -p /opt/data/profiles/late && : >/opt/data/profiles/late/SOUL.md";
  await using container = await bootContainer(withScript("015-mine", make));
  expect((await readBootLog(container)).map(withoutTime)).toContain(
    "profile=late prior_state=None action=registered",
  );
  expect(await readConditions(container)).toEqual({ default: "down", late: "down" });
});

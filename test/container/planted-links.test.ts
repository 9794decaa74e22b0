import { expect, test } from "bun:test";
import { createVolume } from "./harness/volume.ts";
import { waitFor } from "./harness/wait-for.ts";
import type { Container } from "./harness/container.ts";
import { bootContainer, readOutput } from "./support/booted.ts";
import { withoutTime } from "./support/boot-log.ts";
import { expectRefusal, linesOf } from "./support/messages.ts";
import { readConditions, waitUntilReady } from "./support/status.ts";
import { listTree } from "./support/tree.ts";
import { onVolume, onVolumeAsHermes, profileScript } from "./support/volume-content.ts";

/** Everything outside the volume that a boot leaves as it is: owners, modes, sizes, and the content of /etc. */
async function lookOutside(container: Container): Promise<readonly string[]> {
  const listing = await listTree(
    container,
    "/etc",
    "/home",
    "/root",
    "/srv",
    "/usr",
    "/var",
    "/tmp",
  );
  // What the engine itself makes for each container.
  const own = /\/etc\/(?:hosts|hostname|resolv\.conf|mtab)\b/;
  const sums = "find /etc -xdev -type f -exec sha256sum {} + | sort";
  const content = (await container.execOk("root", ["sh", "-c", sums])).split("\n");
  return [...listing, ...content].filter((line) => !own.test(line));
}

const cleanLooks = new Map<string, readonly string[]>();

/** What it looks like outside after the boot of an empty volume. */
async function lookAfterCleanBoot(
  env: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const key = JSON.stringify(env);
  const known = cleanLooks.get(key);
  if (known !== undefined) return known;
  await using container = await bootContainer({ env });
  const look = await lookOutside(container);
  cleanLooks.set(key, look);
  return look;
}

test.each([{}, { PUID: "1000", PGID: "1000" }])(
  "links that hermes planted lead nothing of the boot out of the volume (%j)",
  async (env: Readonly<Record<string, string>>) => {
    const expected = await lookAfterCleanBoot(env);

    await using volume = await createVolume();
    await onVolumeAsHermes(
      volume,
      `
      ${profileScript({ good: "running", linked: null, souls: null, logs: null })}
      ln -s /etc profiles/etc
      ln -s /nowhere profiles/nowhere
      ln -s good profiles/alias
      ln -s /etc/passwd profiles/linked/gateway_state.json
      ln -s /etc/passwd profiles/linked/gateway.pid
      ln -s /etc profiles/linked/processes.json
      ln -sf /etc/shadow profiles/souls/SOUL.md
      ln -s /etc/passwd gateway_state.json
      ln -s /etc/passwd gateway.pid
      ln -s /usr/local processes.json
      ln -s /etc/shadow .env
      ln -s /etc/shadow config.yaml
      ln -s /root sessions
      ln -s /etc memories
      ln -s /etc/new SOUL.md
      mkdir -p logs/gateways
      ln -s /etc/boot logs/container-boot.log
      ln -s /etc logs/gateways/default
      ln -s /etc logs/gateways/logs
      `,
    );
    await using container = await bootContainer({ env, volumes: [`${volume.name}:/opt/data`] });
    await waitUntilReady(container, ["good"]);

    expect(await readConditions(container)).toEqual({
      default: "down",
      good: "ready",
      linked: "down",
      logs: "down",
      souls: "down",
    });
    // Each starts although its files were links, and still nothing outside changes. What would be sent to a
    // model is no file to do without.
    const denied = "is a link whose target cannot be read: permission denied";
    for (const [profile, file] of [
      ["default", "/opt/data/config.yaml"],
      ["souls", "/opt/data/profiles/souls/SOUL.md"],
    ] as const) {
      const refused = await container.exec("root", ["hermes", "-p", profile, "gateway", "start"]);
      expectRefusal(refused, 1, `Cannot use ${file}: ${denied}`);
    }
    for (const profile of ["linked", "logs"]) {
      await container.execOk("root", ["hermes", "-p", profile, "gateway", "start"]);
    }
    expect(await lookOutside(container)).toEqual(expected);

    // The log itself is a link: its lines go to the container's output, one for each problem.
    const lines = linesOf(await readOutput(container), / prior_state=/);
    expect(lines.map(withoutTime)).toEqual([
      'profile=default prior_state=None action=registered reason="state file is not JSON"',
      `profile=alias prior_state=None action=skipped reason="it is a link to profile 'good'"`,
      "profile=good prior_state=running action=started",
      'profile=linked prior_state=None action=registered reason="state file is not JSON"',
      "profile=logs prior_state=None action=registered",
      'profile=nowhere prior_state=None action=skipped reason="it is a link that leads nowhere"',
      "profile=souls prior_state=None action=registered",
    ]);
    const output = await readOutput(container);
    expect(linesOf(output, /cannot write .*container-boot\.log: is a link/)).toHaveLength(1);
    expect(output).not.toContain("    at ");
  },
);

test.each(["logs", "profiles", "logs/gateways"])(
  "a volume whose %s is a link to /etc changes nothing there",
  async (name) => {
    const expected = await lookAfterCleanBoot({});
    await using volume = await createVolume();
    await onVolumeAsHermes(volume, `mkdir -p "$(dirname ${name})" && ln -s /etc ${name}`);
    await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
    await container.execOk("root", ["hermes", "gateway", "start"]);
    expect(await lookOutside(container)).toEqual(expected);
    expect(await readConditions(container)).toEqual({ default: "ready" });
  },
);

test("a link in the way to a volume below hermes' own directory leads root nowhere", async () => {
  await using volume = await createVolume();
  const options = {
    env: { HERMES_HOME: "/opt/data/inst/hermes" },
    volumes: [`${volume.name}:/opt/data`],
  };
  await onVolumeAsHermes(volume, "mkdir inst && rmdir inst");
  {
    await using container = await bootContainer(options);
    await container.execOk("hermes", ["hermes", "gateway", "start"]);
    const owners = ["stat", "-c", "%U:%G", "/opt/data/inst", "/opt/data/inst/hermes"];
    expect(await container.execOk("root", owners)).toBe("hermes:hermes\nhermes:hermes\n");
  }
  await onVolumeAsHermes(volume, "mv inst away && ln -s /run/service inst");
  await using container = await bootContainer(options);
  const services = ["find", "/run/service", "-maxdepth", "1", "-user", "hermes"];
  expect(await container.execOk("root", services)).toBe("");
  expect(await container.execOk("root", ["find", "/run/service", "-name", "hermes"])).toBe("");
  expect(linesOf(await readOutput(container), /^warning: cannot seed/)).toHaveLength(1);
});

test("setup gives hermes what is root's on the volume and follows no link there", async () => {
  await using volume = await createVolume();
  await onVolume(
    volume,
    `
    mkdir -p cron/sub skills
    echo '{}' >gateway_state.json
    echo mine >notes.txt
    ln -s /etc/passwd cron/sub/link
    ln -s /etc skills/etc
    chown -R -h 0:0 .
    `,
  );
  await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
  expect(
    await container.execOk("root", [
      "find",
      "/opt/data",
      "!",
      "-user",
      "hermes",
      "-printf",
      "%P\n",
    ]),
  ).toBe("");
  expect(await container.execOk("root", ["stat", "-c", "%U", "/etc/passwd", "/etc"])).toBe(
    "root\nroot\n",
  );
});

test("s6-supervise does not write through a link in an event directory", async () => {
  await using container = await bootContainer();
  await container.execOk("root", ["sh", "-c", "echo untouched >/etc/target"]);
  // The name under which s6 looks for a FIFO of whom to tell of an event.
  const name = "ftrig1:@400000006a00000011223344:ABCDEF";
  const service = "/run/service/gateway-default";
  const plant = `for d in event supervise/event; do ln -s /etc/target "${service}/$d/${name}"; done`;
  await container.exec("hermes", ["sh", "-c", plant]);
  await container.execOk("hermes", ["hermes", "gateway", "start"]);
  await container.execOk("hermes", ["hermes", "gateway", "stop"]);
  await waitFor(async () => (await readConditions(container))["default"] === "down");
  expect(await container.execOk("root", ["cat", "/etc/target"])).toBe("untouched\n");
});

import { describe, expect, test } from "bun:test";
import type { Container } from "./harness/container.ts";
import { createVolume } from "./harness/volume.ts";
import { bootContainer, readOutput, restartContainer } from "./support/booted.ts";
import { linesOf } from "./support/messages.ts";
import { findGateway, listProcesses, waitForSleep } from "./support/processes.ts";
import { readConditions, waitUntilReady } from "./support/status.ts";
import { onVolume, onVolumeAsHermes, profileScript } from "./support/volume-content.ts";
import { QUICK_MS } from "../support/quick.ts";

/** A profile's whole life, as whoever `docker exec` is. */
async function liveOnce(container: Container, user: string): Promise<void> {
  await container.execOk(user, ["hermes", "profile", "create", "coder"]);
  await container.execOk(user, ["hermes", "-p", "coder", "gateway", "start"]);
  expect(await readConditions(container)).toMatchObject({ coder: "ready" });
  await restartContainer(container);
  await waitUntilReady(container, ["coder"]);
  await container.execOk(user, ["hermes", "-p", "coder", "gateway", "stop"]);
  await container.execOk(user, ["hermes", "profile", "delete", "coder", "-y"]);
  expect(Object.keys(await readConditions(container))).not.toContain("coder");
}

async function strangersOnVolume(container: Container, uid: number): Promise<string> {
  return await container.execOk("root", ["find", "/opt/data", "!", "-user", String(uid)]);
}

describe("setup", () => {
  test.each([
    { PUID: "1000", PGID: "1001" },
    { HERMES_UID: "1000", HERMES_GID: "1001", PUID: "2000", PGID: "2000" },
  ])("makes hermes the user that %j asks for", async (env: Readonly<Record<string, string>>) => {
    await using volume = await createVolume();
    await onVolumeAsHermes(volume, `${profileScript({ old: "running" })}; mkdir logs cron`);
    await using container = await bootContainer({ env, volumes: [`${volume.name}:/opt/data`] });
    await waitUntilReady(container, ["old"]);
    expect(await container.execOk("hermes", ["id", "-u"])).toBe("1000\n");
    expect(await container.execOk("hermes", ["id", "-g"])).toBe("1001\n");
    expect((await findGateway(container, "old")).uid).toBe(1000);
    expect((await waitForSleep(container)).map(({ uid }) => uid)).toEqual([1000]);
    expect(await strangersOnVolume(container, 1000)).toBe("");
    expect(await container.execOk("root", ["stat", "-c", "%g", "/opt/data"])).toBe("1001\n");

    await liveOnce(container, "hermes");
    expect(await strangersOnVolume(container, 1000)).toBe("");
  });

  test("keeps hermes as it is if an id is no id, and says so", async () => {
    await using container = await bootContainer({ env: { PUID: "nobody" } });
    expect(await container.execOk("hermes", ["id", "-u"])).toBe("10000\n");
    expect(linesOf(await readOutput(container), /^✗ PUID="nobody" /)).toHaveLength(1);
  });

  test("gives an empty volume of root's to hermes", async () => {
    await using volume = await createVolume();
    await onVolume(volume, "chown 0:0 . && chmod 0755 .");
    await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
    expect(await strangersOnVolume(container, 10_000)).toBe("");
    await container.execOk("root", ["hermes", "profile", "create", "coder"]);
  });

  test("seeds an empty volume, and leaves what is on it alone", async () => {
    await using volume = await createVolume();
    await onVolumeAsHermes(volume, "echo mine >SOUL.md; echo other >notes.txt");
    await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
    const workdir = "/opt/data";
    expect(await container.execOk("root", ["cat", "SOUL.md", "notes.txt"], { workdir })).toBe(
      "mine\nother\n",
    );
    expect(await container.execOk("root", ["ls"], { workdir })).toBe(
      "SOUL.md\ncron\nlogs\nmemories\nnotes.txt\nprofiles\nsessions\nskills\nworkspace\n",
    );
  });
});

test("a wrong name on the volume is named at boot, and keeps nothing else from being seeded", async () => {
  await using volume = await createVolume();
  await onVolumeAsHermes(volume, "touch skills profiles logs; ln -s /nowhere memories");
  await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
  const said = linesOf(await readOutput(container), /cannot make .*: file exists; /);
  expect(said.map((line) => line.split(": ")[1])).toEqual(
    ["logs", "memories", "skills", "profiles"].map((name) => `cannot make /opt/data/${name}`),
  );
  const made = ["SOUL.md", "cron", "sessions", "workspace"];
  await container.execOk("root", ["ls", ...made], { workdir: "/opt/data" });
});

test("docker exec as root leaves root alone if HERMES_DOCKER_EXEC_AS_ROOT asks for it", async () => {
  await using container = await bootContainer();
  const env = { HERMES_DOCKER_EXEC_AS_ROOT: "1" };
  await container.execOk("root", ["hermes", "profile", "create", "coder"], { env });
  expect(await container.execOk("root", ["stat", "-c", "%U", "/opt/data/profiles/coder"])).toBe(
    "root\n",
  );
});

describe("the image", () => {
  test("works rootless (--user 10000:10000)", async () => {
    await using container = await bootContainer({ flags: ["--user=10000:10000"] });
    await liveOnce(container, "10000:10000");
    expect((await listProcesses(container)).filter(({ uid }) => uid === 0)).toEqual([]);
    const { milliseconds } = await container.stop();
    expect(milliseconds).toBeLessThan(QUICK_MS);
  });

  test("works if it is not PID 1 (--init), and says what differs", async () => {
    await using container = await bootContainer({ flags: ["--init"] });
    await liveOnce(container, "hermes");
    const { stderr } = await container.logs();
    // Once a start, and it was started twice.
    expect(linesOf(stderr, /^hermes: not PID 1 /)).toHaveLength(2);
    const { milliseconds } = await container.stop();
    expect(milliseconds).toBeLessThan(QUICK_MS);
    expect(await container.exitCode()).not.toBe(137);
  });

  test("works on a read-only root file system (--read-only --tmpfs /run:exec)", async () => {
    await using container = await bootContainer({ flags: ["--read-only", "--tmpfs=/run:exec"] });
    await liveOnce(container, "root");
  });
});

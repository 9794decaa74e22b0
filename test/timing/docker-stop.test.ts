import { describe, expect, test } from "bun:test";
import type { Container } from "../container/harness/container.ts";
import { createVolume, type Volume } from "../container/harness/volume.ts";
import { waitFor } from "../container/harness/wait-for.ts";
import { bootContainer } from "../container/support/booted.ts";
import { waitUntilReady } from "../container/support/status.ts";
import { onVolume, onVolumeAsHermes, profileScript } from "../container/support/volume-content.ts";

/** `docker stop` kills after ten seconds; a container that was killed exits 137. */
const KILLED = 137;

/** Replaces what a profile's slot runs, before its first start, by a script that works for hermes. */
async function runInstead(
  container: Container,
  profile: string,
  lines: readonly string[],
): Promise<void> {
  const slot = `/run/service/gateway-${profile}`;
  const script = ["#!/bin/sh", ...lines, ""].join("\n");
  await container.execOk("root", ["sh", "-c", `cat >${slot}/run`], { input: script });
  await container.execOk("root", ["s6-svc", "-u", slot]);
}

/** Waits until a program in the container says that it is there, in a file on the volume. */
async function waitForFile(container: Container, name: string): Promise<void> {
  await waitFor(
    async () => (await container.exec("root", ["test", "-e", `/opt/data/${name}`])).code === 0,
    { what: name },
  );
}

async function readVolumeFile(volume: Volume, name: string): Promise<string> {
  return await onVolume(volume, `cat '${name}' 2>/dev/null || echo missing`);
}

/** A loop that a trap interrupts at once. */
const FOREVER = "while :; do sleep 1000 & wait $!; done";

describe("docker stop", () => {
  test.concurrent("gives a gateway the 5 s that it needs to finish its work", async () => {
    await using volume = await createVolume();
    await onVolumeAsHermes(volume, profileScript({ slow: null, quick: "running" }));
    await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
    await waitUntilReady(container, ["quick"]);
    await runInstead(container, "slow", [
      "trap 'sleep 5; echo done >/opt/data/finished; exit 0' TERM",
      "echo up >/opt/data/slow-up",
      FOREVER,
    ]);
    await waitForFile(container, "slow-up");

    const { milliseconds } = await container.stop();
    expect(await readVolumeFile(volume, "finished")).toBe("done\n");
    expect(milliseconds).toBeGreaterThan(5000);
    expect(milliseconds).toBeLessThan(10_000);
    expect(await container.exitCode()).not.toBe(KILLED);
  });

  test.concurrent("gives the container's own program its time, and its exit code", async () => {
    await using volume = await createVolume();
    const program = `trap "sleep 3; echo done >/opt/data/finished; exit 7" TERM; echo up >/opt/data/main-up; ${FOREVER}`;
    await using container = await bootContainer({
      volumes: [`${volume.name}:/opt/data`],
      args: ["sh", "-c", program],
    });
    await waitForFile(container, "main-up");

    const { milliseconds } = await container.stop();
    expect(await readVolumeFile(volume, "finished")).toBe("done\n");
    expect(milliseconds).toBeGreaterThan(3000);
    expect(milliseconds).toBeLessThan(10_000);
    expect(await container.exitCode()).toBe(7);
  });

  test.concurrent("gives every gateway its time at once, not one after the other", async () => {
    const names = ["one", "two", "three", "four"];
    await using volume = await createVolume();
    await onVolumeAsHermes(
      volume,
      profileScript(Object.fromEntries(names.map((name) => [name, null]))),
    );
    await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
    for (const name of names) {
      await runInstead(container, name, [
        `trap 'sleep 4; echo done >/opt/data/finished-${name}; exit 0' TERM`,
        `echo up >/opt/data/up-${name}`,
        FOREVER,
      ]);
      await waitForFile(container, `up-${name}`);
    }

    const { milliseconds } = await container.stop();
    expect(await onVolume(volume, "cat finished-*")).toBe("done\n".repeat(names.length));
    expect(milliseconds).toBeLessThan(8000);
    expect(await container.exitCode()).not.toBe(KILLED);
  });

  test.concurrent("ends in time, and in order, with a gateway that ignores SIGTERM", async () => {
    await using volume = await createVolume();
    await onVolumeAsHermes(volume, profileScript({ deaf: null }));
    const program = `trap "echo done >/opt/data/finished; exit 7" TERM; ${FOREVER}`;
    await using container = await bootContainer({
      volumes: [`${volume.name}:/opt/data`],
      args: ["sh", "-c", program],
    });
    await runInstead(container, "deaf", [
      "trap '' TERM",
      "echo up >/opt/data/deaf-up",
      "while :; do sleep 1; done",
    ]);
    await waitForFile(container, "deaf-up");

    const { milliseconds } = await container.stop();
    expect(milliseconds).toBeLessThan(10_000);
    expect(await readVolumeFile(volume, "finished")).toBe("done\n");
    expect(await container.exitCode()).toBe(7);
  });

  test.concurrent("ends in time with a main program that ignores SIGTERM", async () => {
    await using volume = await createVolume();
    await using container = await bootContainer({
      volumes: [`${volume.name}:/opt/data`],
      args: ["sh", "-c", 'trap "" TERM; echo up >/opt/data/main-up; while :; do sleep 1; done'],
    });
    await waitForFile(container, "main-up");
    const { milliseconds } = await container.stop();
    expect(milliseconds).toBeLessThan(10_000);
    const { stderr } = await container.logs();
    expect(stderr).not.toContain("    at ");
  });
});

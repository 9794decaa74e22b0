import { describe, expect, test } from "bun:test";
import { bootContainer, restartContainer } from "./support/booted.ts";
import { findGateway, listGatewayProcesses } from "./support/processes.ts";
import {
  readConditions,
  readGateway,
  readGateways,
  serviceFields,
  waitUntilReady,
} from "./support/status.ts";
import { createVolume } from "./harness/volume.ts";
import { onVolumeAsHermes, profileScript } from "./support/volume-content.ts";
import { readBootLog, withoutTime } from "./support/boot-log.ts";

/** Looks for ten seconds, and returns every condition that was seen. */
async function watch(look: () => Promise<unknown>): Promise<readonly string[]> {
  const seen = new Set<string>();
  const end = performance.now() + 10_000;
  while (performance.now() < end) {
    seen.add(JSON.stringify(await look()));
    await Bun.sleep(500);
  }
  return [...seen];
}

describe("a restart of the container", () => {
  test.concurrent("brings back what ran, with a new process, and nothing else", async () => {
    await using container = await bootContainer();
    for (const name of ["coder", "writer", "idle"]) {
      await container.execOk("hermes", ["hermes", "profile", "create", name]);
    }
    await container.execOk("hermes", ["hermes", "-p", "coder", "gateway", "start"]);
    await container.execOk("root", ["hermes", "-p", "writer", "gateway", "start"]);
    await container.execOk("root", ["hermes", "gateway", "start"]);
    await container.execOk("root", ["hermes", "-p", "writer", "gateway", "stop"]);
    const before = await findGateway(container, "coder");

    await restartContainer(container);
    await waitUntilReady(container, ["default", "coder"]);

    const after = await findGateway(container, "coder");
    // A container counts its processes from 1 again, so the number alone may be the same.
    expect(`${after.pid} ${after.startTime}`).not.toBe(`${before.pid} ${before.startTime}`);
    expect((await readGateway(container, "coder")).pid).toBe(after.pid);
    expect(await serviceFields(container, "coder", "up,ready,pid")).toBe(`true true ${after.pid}`);
    expect(await readConditions(container)).toEqual({
      default: "ready",
      coder: "ready",
      idle: "down",
      writer: "down",
    });
    expect((await readBootLog(container)).slice(-4).map(withoutTime)).toEqual([
      "profile=default prior_state=running action=started desired_state=running",
      "profile=coder prior_state=running action=started desired_state=running",
      "profile=idle prior_state=None action=registered",
      "profile=writer prior_state=stopped action=registered desired_state=stopped",
    ]);
  });

  test.concurrent("leaves down what `gateway stop --all` stopped", async () => {
    await using volume = await createVolume();
    await onVolumeAsHermes(volume, profileScript({ coder: "running", writer: "running" }));
    await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
    await waitUntilReady(container, ["coder", "writer"]);

    const result = await container.exec("root", ["hermes", "gateway", "stop", "--all"]);
    expect(result).toMatchObject({
      code: 0,
      stdout: "Stopped 2 profile gateway(s), 1 already stopped\n",
      stderr: "",
    });
    const stopped = { default: "down", coder: "down", writer: "down" };
    expect(await watch(() => readConditions(container))).toEqual([JSON.stringify(stopped)]);

    await restartContainer(container);
    expect(await watch(() => readConditions(container))).toEqual([JSON.stringify(stopped)]);
    expect(await listGatewayProcesses(container, "coder")).toEqual([]);
    expect((await readGateways(container)).map(({ desired }) => desired)).toEqual([
      "stopped",
      "stopped",
      "stopped",
    ]);
  });

  test.concurrent("does not lose a gateway that crashed hard", async () => {
    await using container = await bootContainer();
    await container.execOk("hermes", ["hermes", "profile", "create", "coder"]);
    await container.execOk("hermes", ["hermes", "-p", "coder", "gateway", "start"]);
    const first = await findGateway(container, "coder");
    await container.execOk("root", ["sh", "-c", `kill -KILL ${first.pid}`]);
    await restartContainer(container);
    await waitUntilReady(container, ["coder"]);
    const second = await findGateway(container, "coder");
    expect(second.startTime).not.toBe(first.startTime);
  });
});

test("gateway stop --all goes on past a failure, names it and exits 1", async () => {
  await using container = await bootContainer();
  for (const name of ["coder", "writer"]) {
    await container.execOk("hermes", ["hermes", "profile", "create", name]);
    await container.execOk("hermes", ["hermes", "-p", name, "gateway", "start"]);
  }
  const control = "/run/service/gateway-writer/supervise/control";
  await container.execOk("root", ["chmod", "0600", control]);
  const result = await container.exec("hermes", ["hermes", "gateway", "stop", "--all"]);
  expect(result.code).toBe(1);
  expect(result.stdout).toBe("Stopped 1 profile gateway(s), 1 already stopped\n");
  expect(result.stderr).toBe("Could not stop gateway-writer: only root may control it now\n");
  expect(await readConditions(container)).toEqual({
    default: "down",
    coder: "down",
    writer: "ready",
  });
});

import { expect, test } from "bun:test";
import { createVolume } from "./harness/volume.ts";
import { waitFor } from "./harness/wait-for.ts";
import { bootContainer, readOutput } from "./support/booted.ts";
import { linesOf } from "./support/messages.ts";
import { listProcesses } from "./support/processes.ts";
import { waitUntilReady } from "./support/status.ts";
import { onVolumeAsHermes, profileScript } from "./support/volume-content.ts";

test("two containers on one volume: the second logs to its output, and says why", async () => {
  await using volume = await createVolume();
  await onVolumeAsHermes(volume, profileScript({ coder: "running" }));
  const volumes = [`${volume.name}:/opt/data`];
  await using first = await bootContainer({ volumes });
  await waitUntilReady(first, ["coder"]);
  await using second = await bootContainer({ volumes });
  const warnings = async () =>
    linesOf(
      await readOutput(second),
      /^hermes: gateway 'coder' logs to the container's output only/,
    );
  await waitFor(async () => (await warnings()).length > 0, { what: "the warning" });
  expect((await warnings())[0]).toContain("give each container a volume of its own");
  // What the second one's gateway says from now on is read, and it is the container's.
  await second.execOk("root", ["hermes", "-p", "coder", "gateway", "restart"]);
  await waitFor(async () => linesOf(await readOutput(second), /^Gateway 'coder' runs /).length > 1);
  expect(await warnings()).toHaveLength(1);
  expect(linesOf(await readOutput(second), /unable to lock/).length).toBeLessThan(3);
});

test("a logger that an s6-supervise left behind gives way to the next one", async () => {
  await using volume = await createVolume();
  await onVolumeAsHermes(volume, profileScript({ coder: "running" }));
  await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
  await waitUntilReady(container, ["coder"]);
  const loggers = async () =>
    (await listProcesses(container)).filter(({ args }) => args[0]?.endsWith("s6-log"));
  const [before] = await loggers();
  await container.execOk("root", ["sh", "-c", `kill -KILL ${before?.parent}`]);
  await waitFor(
    async () => {
      const now = await loggers();
      return now.length === 1 && now[0]?.pid !== before?.pid;
    },
    { what: "the next logger" },
  );
  await container.execOk("root", ["hermes", "-p", "coder", "gateway", "restart"]);
  const log = "/opt/data/logs/gateways/coder/current";
  await waitFor(async () => {
    const text = await container.execOk("root", ["cat", log]);
    return linesOf(text, /Gateway 'coder' runs /).length === 2;
  });
});

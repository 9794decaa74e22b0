import { expect, test } from "bun:test";
import { createVolume } from "../container/harness/volume.ts";
import { bootContainer } from "../container/support/booted.ts";
import { waitUntilReady } from "../container/support/status.ts";
import { onVolume, onVolumeAsHermes, profileScript } from "../container/support/volume-content.ts";

/** `docker stop` kills after ten seconds; a container that was killed exits 137. */
const KILLED = 137;

test("docker stop takes under 2 s with ten idle gateways, and they come back", async () => {
  const names = Array.from({ length: 10 }, (_, index) => `idle${index}`);
  await using volume = await createVolume();
  await onVolumeAsHermes(
    volume,
    profileScript(Object.fromEntries(names.map((name) => [name, "running"]))),
  );
  await using container = await bootContainer({ volumes: [`${volume.name}:/opt/data`] });
  await waitUntilReady(container, names);

  const { milliseconds } = await container.stop();
  expect(milliseconds).toBeLessThan(2000);
  expect(await container.exitCode()).not.toBe(KILLED);
  // No stop was asked for: each of them says that it ran, and has cleaned up behind itself.
  const states = names.map((name) => `cat profiles/${name}/gateway_state.json`).join("; ");
  const text = await onVolume(volume, states);
  expect(text.match(/"gateway_state": "running"/g)).toHaveLength(names.length);
  expect(text.match(/"exit_reason": "SIGTERM"/g)).toHaveLength(names.length);
  expect(await onVolume(volume, "find . -name gateway.pid")).toBe("");

  await container.start();
  await waitUntilReady(container, names);
});

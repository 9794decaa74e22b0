import { expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { HERMES_UID, IMAGE_LIKE } from "../support/image-like.ts";
import { useFixtureGateways } from "../support/fixture-gateways.ts";
import { waitFor } from "../support/program.ts";
import { giveTo } from "../support/s6-tree.ts";
import { QUICK_MS } from "../support/quick.ts";

/** Root supervises, the gateways are hermes, as in the image. */
const { tree, add, gateway } = useFixtureGateways(IMAGE_LIKE);

async function startAsHermes(name: string, behaviour: string): Promise<void> {
  await add(name, behaviour);
  const directory = tree().profile(name);
  giveTo(HERMES_UID, tree().home, directory, `${directory}/SOUL.md`, `${directory}/behaviour`);
  expect((await gateway(name, "start")).code).toBe(0);
}

const leftOf = (name: string) => [
  ...readdirSync(tree().scanDir).filter((entry) => entry.includes(name)),
  ...tree().gateways(name),
];

test("hermes-boot unregister keeps no other command waiting for a gateway that is slow to end", async () => {
  await startAsHermes("slow", "deaf");
  const removal = tree().boot("unregister", "slow");
  const again = tree().boot("unregister", "slow");
  await waitFor("the stop", async () => (await tree().status("slow"))?.wantedUp === false);
  tree().addProfile("quick");
  giveTo(HERMES_UID, tree().profile("quick"));
  const { code, milliseconds } = await tree().boot("register", "quick");
  expect(code).toBe(0);
  expect(milliseconds).toBeLessThan(QUICK_MS);
  // The gateway was still on its way down.
  expect(leftOf("slow")).not.toEqual([]);
  expect((await removal).code).toBe(0);
  expect((await again).code).toBe(0);
  expect(leftOf("slow")).toEqual([]);
});

test("hermes-boot register waits for the removal of an earlier gateway of the name", async () => {
  await startAsHermes("twice", "deaf");
  const removal = tree().boot("unregister", "twice");
  await waitFor("the stop", async () => (await tree().status("twice"))?.wantedUp === false);
  await removal;
  const results = await Promise.all([
    tree().boot("register", "twice"),
    tree().boot("unregister", "twice"),
    tree().boot("register", "twice"),
  ]);
  expect(results.map(({ stderr }) => stderr).filter((line) => /bug|time/.test(line))).toEqual([]);
  expect((await tree().boot("register", "twice")).code).toBe(0);
  expect(await tree().status("twice")).toMatchObject({ up: false });
});

/** Lines that hermes runs until it is killed. */
const FLOODS = {
  up: 'while :; do printf u >"$1/supervise/control"; done',
  full: 'yes uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu >"$1/supervise/control"',
};

test.each(Object.entries(FLOODS))(
  "hermes-boot unregister ends a gateway that hermes keeps starting (%s)",
  async (name, flood) => {
    await startAsHermes(`flooded-${name}`, "healthy");
    const slot = tree().slot(`flooded-${name}`);
    const background = `setsid bash -c '${flood}' bash "$1" >/dev/null 2>&1 </dev/null &
echo "$!"`;
    const argv = ["/bin/bash", "-c", background, "bash", slot];
    const { stdout } = await tree().run(argv, { uid: HERMES_UID });
    try {
      const { code, stderr, milliseconds } = await tree().boot("unregister", `flooded-${name}`);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(milliseconds).toBeLessThan(45_000);
      expect(leftOf(`flooded-${name}`)).toEqual([]);
      expect(existsSync(slot)).toBe(false);
    } finally {
      await tree().run(["/bin/sh", "-c", `kill -9 -- -${stdout.trim()} || :`]);
    }
  },
  60_000,
);

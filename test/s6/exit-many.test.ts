import { expect, test } from "bun:test";
import { useFixtureGateways } from "../support/fixture-gateways.ts";
import { waitFor } from "../support/program.ts";
import { QUICK_MS } from "../support/quick.ts";

const LOCKS = 2;
const BECOMES_READY_MS = 1000;

/** The boot makes as many locks as gateways may start at the same time. */
const { tree, add, poke, gateway, starts } = useFixtureGateways({
  prepare: `mkdir -p /run/hermes-boot
for lock in $(seq ${LOCKS}); do : >"/run/hermes-boot/start-$lock.lock"; done
`,
});

const isReady = async (name: string) => (await tree().status(name))?.ready === true;

const pokeAll = (names: readonly string[]) => Promise.all(names.map(poke));

test("gateways start a few at a time: the next one when one is ready", async () => {
  const names = Array.from({ length: 8 }, (_, index) => `slow-${index}`);
  for (const name of names) await add(name, `slow ${BECOMES_READY_MS / 1000}`);
  await pokeAll(names);
  await waitFor("all of them", async () => (await Promise.all(names.map(isReady))).every(Boolean));
  const times = names.flatMap(starts).toSorted((first, second) => first - second);
  expect(times).toHaveLength(8);
  const atOnce = times.map(
    (time) => times.filter((other) => other <= time && time - other < BECOMES_READY_MS).length,
  );
  expect(Math.max(...atOnce)).toBe(LOCKS);
  // None waited for the time limit of the queue.
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThan(20 * BECOMES_READY_MS);
});

test("a gateway that never gets ready lets the others start in the end, and is asked on", async () => {
  const stuck = ["stuck-1", "stuck-2"];
  for (const name of stuck) await add(name, "never-ready");
  await pokeAll(stuck);
  await waitFor("their start locks", () => stuck.every((name) => starts(name).length === 1));
  await add("patient", "healthy");
  const { code, milliseconds } = await gateway("patient", "start");
  expect(code).toBe(0);
  expect(milliseconds).toBeWithin(3000, 20_000);
  for (const name of stuck) {
    expect(await tree().status(name)).toMatchObject({ up: true, ready: false });
    expect((await gateway(name, "stop")).code).toBe(0);
  }
});

test("a gateway that dies gives up its start lock", async () => {
  const bad = ["bad-1", "bad-2"];
  for (const name of bad) await add(name, "ends 1");
  await pokeAll(bad);
  await add("next", "healthy");
  const { code, milliseconds } = await gateway("next", "start");
  expect(code).toBe(0);
  expect(milliseconds).toBeLessThan(QUICK_MS);
  for (const name of bad) await gateway(name, "stop");
});

test("a gateway that waits for a start lock can be stopped at once", async () => {
  const stuck = ["holder-1", "holder-2", "queued"];
  for (const name of stuck) await add(name, "never-ready");
  await pokeAll(["holder-1", "holder-2"]);
  await waitFor("their start locks", () =>
    ["holder-1", "holder-2"].every((name) => starts(name).length === 1),
  );
  await pokeAll(["queued"]);
  await waitFor("the queue", async () => (await tree().status("queued"))?.up === true);
  const { code, milliseconds } = await gateway("queued", "stop");
  expect(code).toBe(0);
  expect(milliseconds).toBeLessThan(QUICK_MS);
  expect(starts("queued")).toEqual([]);
  for (const name of ["holder-1", "holder-2"]) await gateway(name, "stop");
});

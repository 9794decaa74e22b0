import { expect, test } from "bun:test";
import { mapLimited } from "../../../src/core/concurrency.ts";

/** Takes as many turns of the event queue as it is told. */
async function turns(count: number): Promise<number> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
  return count * 10;
}

async function failAtTwo(item: number): Promise<number> {
  if (item === 2) throw new Error("two");
  return item;
}

test("mapLimited() keeps the order, whatever finishes first", async () => {
  const waits = [3, 1, 2, 0];
  expect(await mapLimited(waits, 4, turns)).toEqual([30, 10, 20, 0]);
});

test("mapLimited() has at most so many calls under way, and does all", async () => {
  let running = 0;
  let most = 0;
  const items = Array.from({ length: 100 }, (_, index) => index);
  const results = await mapLimited(items, 16, async (item) => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
    return item;
  });
  expect(most).toBe(16);
  expect(results).toEqual(items);
});

test("mapLimited() is done with nothing to do", async () => {
  expect(await mapLimited([], 16, async (item) => item)).toEqual([]);
});

test("mapLimited() rejects with the first rejection", async () => {
  expect(mapLimited([1, 2, 3], 1, failAtTwo)).rejects.toThrow("two");
});

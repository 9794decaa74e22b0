import { expect, test } from "bun:test";
import { Destination } from "../../../../../src/services/image/logger/destination.ts";

/** A destination that takes `room` bytes. */
function open(room: number) {
  const state = { room, text: "", broken: false };
  const destination = new Destination(
    (bytes) => {
      if (state.broken) return "broken";
      const taken = Math.min(state.room, bytes.length);
      state.text += Buffer.from(bytes.subarray(0, taken)).toString();
      state.room -= taken;
      return taken;
    },
    (count) => `${count} are missing`,
  );
  const push = (text: string) => destination.push(Buffer.from(text));
  return { state, destination, push };
}

test("Destination writes what is pushed, and goes on where it stopped", () => {
  const { state, destination, push } = open(3);
  push("one\n");
  push("two\n");
  destination.flush(100);
  expect(state.text).toBe("one");
  expect(destination.stuckSince).toBe(100);
  state.room = Infinity;
  destination.flush(200);
  expect(state.text).toBe("one\ntwo\n");
  expect(destination.isDrained).toBe(true);
  expect(destination.stuckSince).toBeNull();
});

test("Destination drops the oldest lines beyond its limit, and says how many where they are missing", () => {
  const { state, destination, push } = open(2);
  push("first\n");
  destination.flush(0);
  const count = 30_000;
  for (let index = 0; index < count; index += 1) push(`line ${index}\n`);
  state.room = Infinity;
  destination.flush(1);
  const lines = state.text.split("\n");
  expect(lines.slice(0, 2)).toEqual(["first", `${destination.missing} are missing`]);
  expect(lines[2]).toBe(`line ${destination.missing}`);
  expect(lines.at(-2)).toBe(`line ${count - 1}`);
  expect(destination.missing).toBeGreaterThan(0);
});

test("Destination drops no note, and tells since when it is behind", () => {
  const { state, destination, push } = open(0);
  destination.note("the cause");
  for (let index = 0; index < 30_000; index += 1) push(`line ${index}\n`);
  destination.flush(7);
  expect(destination.behindSince).toBe(7);
  state.room = Infinity;
  destination.flush(8);
  expect(state.text).toStartWith(`the cause\n${destination.missing} are missing\n`);
  expect(destination.behindSince).toBeNull();
});

test("Destination waits for nothing any more if no reader is left", () => {
  const { state, destination, push } = open(Infinity);
  state.broken = true;
  push("one\n");
  destination.flush(0);
  expect(destination.isDrained).toBe(true);
  push("two\n");
  expect(destination.missing).toBe(1);
});

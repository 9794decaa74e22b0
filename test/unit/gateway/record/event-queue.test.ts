import { expect, test } from "bun:test";
import {
  enqueueEvents,
  isQueueEmpty,
  QUEUE_LIMIT,
  takeEvent,
} from "../../../../src/gateway/record/event-queue.ts";
import { makeEvent } from "../../../../src/gateway/record/event.ts";
import { FakeHost } from "../../../support/fake-host.ts";
import { profileName } from "../../../support/names.ts";

const eventOf = (pid: number) => makeEvent(0, "ready", profileName("coder"), { pid });

function world() {
  const host = new FakeHost({ environment: { XDG_RUNTIME_DIR: "/run/user" } });
  host.disk.creator = { uid: 10_000, gid: 10_000 };
  return host;
}

test("takeEvent() gives the events back in the order in which they came, once", () => {
  const host = world();
  expect(isQueueEmpty(host)).toBe(true);
  enqueueEvents(host, [eventOf(1), eventOf(2)]);
  host.clock.advance(10);
  enqueueEvents(host, [eventOf(3)]);
  expect(isQueueEmpty(host)).toBe(false);
  expect([1, 2, 3, 4].map(() => takeEvent(host)?.pid ?? null)).toEqual([1, 2, 3, null]);
  expect(isQueueEmpty(host)).toBe(true);
});

test("enqueueEvents() returns those for which there is no room", () => {
  const host = world();
  const many = Array.from({ length: QUEUE_LIMIT + 3 }, (_, index) => eventOf(index));
  expect(enqueueEvents(host, many).map(({ pid }) => pid)).toEqual([
    QUEUE_LIMIT,
    QUEUE_LIMIT + 1,
    QUEUE_LIMIT + 2,
  ]);
  host.clock.advance(10);
  expect(enqueueEvents(host, [eventOf(7)]).length).toBe(1);
  takeEvent(host);
  expect(enqueueEvents(host, [eventOf(7)])).toEqual([]);
});

test("takeEvent() throws away what is no event", () => {
  const host = world();
  enqueueEvents(host, [eventOf(1)]);
  host.disk.putFile("/run/user/hermes/events/0.json", "{");
  host.disk.putDirectory("/run/user/hermes/events/1.json");
  expect(takeEvent(host)?.pid).toBe(1);
  expect(takeEvent(host)).toBeNull();
  expect(isQueueEmpty(host)).toBe(true);
});

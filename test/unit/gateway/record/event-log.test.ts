import { expect, test } from "bun:test";
import {
  appendEvents,
  EVENT_LOG_LIMIT,
  eventLogPaths,
} from "../../../../src/gateway/record/event-log.ts";
import { makeEvent } from "../../../../src/gateway/record/event.ts";
import { FakeHost } from "../../../support/fake-host.ts";
import { profileName } from "../../../support/names.ts";

const LOG = "/vol/logs/gateway-events.log";
const EVENT = makeEvent(0, "ready", profileName("coder"), { pid: 1 });
const FULL = "x".repeat(EVENT_LOG_LIMIT);

function installation() {
  const host = new FakeHost({ environment: { XDG_RUNTIME_DIR: "/run/user" } });
  host.disk.creator = { uid: 10_000, gid: 10_000 };
  host.disk.putDirectory("/vol");
  return host;
}

test("eventLogPaths() are the archives and the log, the oldest first", () => {
  expect(eventLogPaths("/vol")).toEqual([`${LOG}.3`, `${LOG}.2`, `${LOG}.1`, LOG]);
});

test("appendEvents() makes the log and adds a line for each event", async () => {
  const host = installation();
  await appendEvents(host, "/vol", [EVENT, EVENT]);
  await appendEvents(host, "/vol", [EVENT]);
  expect(host.disk.text(LOG)?.split("\n").length).toBe(4);
});

test("appendEvents() puts a full log aside and keeps three older ones", async () => {
  const host = installation();
  for (let turn = 1; turn <= 6; turn += 1) {
    host.disk.putFile(LOG, `${turn}${FULL}`);
    await appendEvents(host, "/vol", [EVENT]);
    expect(host.disk.text(LOG)?.length).toBeLessThan(500);
  }
  expect(eventLogPaths("/vol").map((path) => host.disk.text(path)?.[0])).toEqual([
    "4",
    "5",
    "6",
    "{",
  ]);
  expect(host.disk.has(`${LOG}.4`)).toBe(false);
});

test("appendEvents() leaves a full log in place while another process puts it aside", async () => {
  const host = installation();
  host.disk.putFile(LOG, FULL);
  const release = host.holdLock("/run/user/hermes/gateway-events.lock");
  await appendEvents(host, "/vol", [EVENT]);
  expect(host.disk.text(LOG)?.length).toBeGreaterThan(FULL.length);
  release();
  await appendEvents(host, "/vol", [EVENT]);
  expect(host.disk.text(`${LOG}.1`)?.length).toBeGreaterThan(FULL.length);
});

test("appendEvents() writes the event although the log cannot be put aside", async () => {
  const host = installation();
  host.disk.putFile(LOG, FULL);
  host.disk.fail(`${LOG}.1`, "write", "EACCES");
  await appendEvents(host, "/vol", [EVENT]);
  expect(host.disk.text(LOG)).toEndWith("}\n");
});

test("appendEvents() follows no link", async () => {
  const host = installation();
  host.disk.putFile("/etc/passwd", "root\n");
  host.disk.putLink(LOG, "/etc/passwd");
  expect(appendEvents(host, "/vol", [EVENT])).rejects.toThrow("ELOOP");
  expect(host.disk.text("/etc/passwd")).toBe("root\n");
});

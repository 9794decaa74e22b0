import { expect, test } from "bun:test";
import { countFailedBoots, readFailedBoots } from "../../../src/status/failed-boots.ts";
import { FakeHost } from "../../support/fake-host.ts";

const line = (profile: string, state: string) =>
  `2026-11-20T07:23:05+0000 profile=${profile} prior_state=${state} action=started desired_state=running\n`;
const failed = (profile: string) => line(profile, "startup_failed");

test("countFailedBoots() counts the failed boots in a row up to the last one", () => {
  const log = [
    failed("coder"),
    line("coder", "running"),
    failed("coder"),
    failed("writer"),
    failed("coder"),
    line("writer", "None"),
  ].join("");
  expect(Object.fromEntries(countFailedBoots(log))).toEqual({ coder: 2 });
});

test("countFailedBoots() skips lines of another form", () => {
  const log = `garbage\n${failed("coder")}\n2026 profile= prior_state=startup_failed action=x\n`;
  expect(Object.fromEntries(countFailedBoots(log))).toEqual({ coder: 1 });
  expect(countFailedBoots("").size).toBe(0);
});

test("readFailedBoots() includes the rotated log", () => {
  const host = new FakeHost();
  host.disk.putFile("/vol/logs/container-boot.log.1", failed("coder").repeat(2));
  host.disk.putFile("/vol/logs/container-boot.log", failed("coder"));
  expect(readFailedBoots(host, "/vol").get("coder")).toBe(3);
});

test("readFailedBoots() is empty without a log", () => {
  expect(readFailedBoots(new FakeHost(), "/vol").size).toBe(0);
});

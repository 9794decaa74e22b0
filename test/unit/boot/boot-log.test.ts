import { expect, test } from "bun:test";
import {
  BOOT_LOG_LIMIT,
  countFailedBoots,
  readFailedBoots,
  renderBootLine,
  renderLogTime,
  writeBootLog,
} from "../../../src/boot/boot-log.ts";
import type { Step } from "../../../src/boot/plan.ts";
import { TEST_TIME } from "../../support/fake-clock.ts";
import { FakeHost } from "../../support/fake-host.ts";

const STEP: Step = {
  profile: "coder",
  priorState: "running",
  desired: null,
  priorExit: null,
  action: "started",
  reason: null,
};
const LOG = "/vol/logs/container-boot.log";
const LINE = "2026-11-20T07:23:05+0000 profile=coder prior_state=running action=started";

test("BOOT_LOG_LIMIT is 256 KiB", () => {
  expect(BOOT_LOG_LIMIT).toBe(262_144);
});

test("renderLogTime() is ISO 8601 in UTC, in seconds", () => {
  expect(renderLogTime(TEST_TIME + 999)).toBe("2026-11-20T07:23:05+0000");
});

test("renderBootLine() is the contract's line", () => {
  expect(renderBootLine(STEP, TEST_TIME)).toBe(LINE);
});

test("renderBootLine() writes None if there was no state", () => {
  expect(renderBootLine({ ...STEP, priorState: null, action: "registered" }, TEST_TIME)).toEndWith(
    "profile=coder prior_state=None action=registered",
  );
});

test("renderBootLine() puts further pairs behind, quoted where they are no plain word", () => {
  const step: Step = { ...STEP, desired: "stopped", action: "skipped", reason: "no place left" };
  expect(renderBootLine(step, TEST_TIME)).toEndWith(
    'prior_state=running action=skipped desired_state=stopped reason="no place left"',
  );
});

test.each(["clean", "unclean", "unknown"] as const)(
  "renderBootLine() says how the gateway ended before: %s",
  (priorExit) => {
    expect(renderBootLine({ ...STEP, desired: "running", priorExit }, TEST_TIME)).toBe(
      `${LINE} desired_state=running prior_exit=${priorExit}`,
    );
  },
);

test.each([
  ["a\nb", '"a\\nb"'],
  ["a\r\nb", '"a\\r\\nb"'],
  ["two words", '"two words"'],
  ["Bad", "Bad"],
  ['quo"te', '"quo\\"te"'],
  ["\u001b[2J", '"\\u001b[2J"'],
  ["x action=started", '"x action=started"'],
  ["", '""'],
])("renderBootLine() keeps the name %j on one line", (profile, shown) => {
  const line = renderBootLine({ ...STEP, profile }, TEST_TIME);
  expect(line).toContain(` profile=${shown} prior_state=`);
  expect(line).not.toContain("\n");
});

test("renderBootLine() cuts a name of 300 characters and a state of a million", () => {
  const step: Step = { ...STEP, profile: "x".repeat(300), priorState: "y".repeat(1_000_000) };
  expect(renderBootLine(step, TEST_TIME).length).toBeLessThan(600);
});

test("renderBootLine() does not take a state for one that the gateway never had", () => {
  const step: Step = { ...STEP, priorState: "stopped\nprofile=evil action=started" };
  expect(renderBootLine(step, TEST_TIME).split("\n").length).toBe(1);
});

test("writeBootLog() makes the log and appends a line for each step", () => {
  const host = new FakeHost();
  writeBootLog(host, "/vol", [STEP]);
  writeBootLog(host, "/vol", [STEP, { ...STEP, profile: "writer" }]);
  expect(host.disk.text(LOG)).toBe(`${LINE}\n${LINE}\n${LINE.replace("coder", "writer")}\n`);
  expect(host.stdout).toBe("");
  expect(host.files.readStatus(LOG)?.mode).toBe(0o644);
});

test("writeBootLog() puts a log of 256 KiB aside first, over the older one", () => {
  const host = new FakeHost();
  const old = "x".repeat(BOOT_LOG_LIMIT);
  host.disk.putFile(LOG, old);
  host.disk.putFile(`${LOG}.1`, "older");
  writeBootLog(host, "/vol", [STEP]);
  expect(host.disk.text(`${LOG}.1`)).toBe(old);
  expect(host.disk.text(LOG)).toBe(`${LINE}\n`);
});

test("writeBootLog() appends to a log that is one byte shorter", () => {
  const host = new FakeHost();
  host.disk.putFile(LOG, "x".repeat(BOOT_LOG_LIMIT - 1));
  writeBootLog(host, "/vol", [STEP]);
  expect(host.disk.has(`${LOG}.1`)).toBe(false);
  expect(host.disk.text(LOG)).toEndWith(`x${LINE}\n`);
});

test("writeBootLog() warns about a failed rotation and still writes the line", () => {
  const host = new FakeHost();
  host.disk.putFile(LOG, "x".repeat(BOOT_LOG_LIMIT));
  host.disk.putFile(`${LOG}.1/in-the-way`, "");
  writeBootLog(host, "/vol", [STEP]);
  expect(host.notes).toEqual([`warning: cannot rotate ${LOG}: is a directory`]);
  expect(host.disk.text(LOG)).toEndWith(`x${LINE}\n`);
});

test.each(["EROFS", "ENOSPC"])("writeBootLog() prints its lines if the volume says %s", (code) => {
  const host = new FakeHost();
  host.disk.putDirectory("/vol");
  host.disk.fail("/vol", "write", code);
  writeBootLog(host, "/vol", [STEP, { ...STEP, profile: "writer" }]);
  expect(host.stdout).toBe(`${LINE}\n${LINE.replace("coder", "writer")}\n`);
  expect(host.notes.length).toBe(1);
  expect(host.notes[0]).toMatch(/^warning: cannot write .*; its lines follow$/);
});

test("writeBootLog() never appends through a link", () => {
  const host = new FakeHost();
  host.disk.putFile("/etc/crontab", "root's");
  host.disk.putLink(LOG, "/etc/crontab");
  writeBootLog(host, "/vol", [STEP]);
  expect(host.disk.text("/etc/crontab")).toBe("root's");
  expect(host.stdout).toBe(`${LINE}\n`);
});

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

import { expect, test } from "bun:test";
import { findS6Program, runS6Strictly, s6Failure } from "../../../../src/services/s6/programs.ts";
import { toFailure } from "../../../../src/core/system-failure.ts";
import { FakeHost } from "../../../support/fake-host.ts";
import { systemError } from "../../../support/system-error.ts";

const RESULT = {
  command: [],
  exitCode: 111,
  signal: null,
  stdout: "",
  stderr: "",
  timedOut: false,
  startFailure: null,
} as const;

test("findS6Program() prefers /command to PATH", () => {
  const host = new FakeHost();
  host.disk.putFile("/usr/bin/s6-svc", "", { mode: 0o755 });
  expect(findS6Program(host, "s6-svc")).toBe("/usr/bin/s6-svc");
  host.disk.putFile("/command/s6-svc", "", { mode: 0o755 });
  expect(findS6Program(host, "s6-svc")).toBe("/command/s6-svc");
});

test("findS6Program() never looks in a relative directory of PATH", () => {
  const host = new FakeHost({ environment: { PATH: ".:bin::/usr/bin" } });
  host.disk.putFile("/usr/bin/s6-svc", "", { mode: 0o755 });
  expect(findS6Program(host, "s6-svc")).toBe("/usr/bin/s6-svc");
});

test("findS6Program() throws a sentence with a next step if there is none", () => {
  expect(() => findS6Program(new FakeHost(), "s6-svc")).toThrow(
    "Cannot find s6-svc in /command or on PATH",
  );
});

test("s6Failure() is `PROGRAM what failed (rc=N): <its stderr>` on one line", () => {
  const stderr = "s6-svc: fatal: unable to control x\nsecond line\n";
  expect(s6Failure("s6-svc", "start on 'gateway-coder'", { ...RESULT, stderr }).message).toBe(
    "s6-svc start on 'gateway-coder' failed (rc=111): s6-svc: fatal: unable to control x; second line",
  );
});

test("s6Failure() says what there is to say of a program that said nothing", () => {
  expect(s6Failure("s6-svc", "on x", RESULT).message).toEndWith("(rc=111): it said nothing");
  const killed = { ...RESULT, exitCode: null, signal: "SIGKILL", timedOut: true };
  expect(s6Failure("s6-svc", "on x", killed).message).toBe(
    "s6-svc on x failed (signal=SIGKILL): it did not end in time",
  );
});

test("runS6Strictly() throws if the program does not exit 0", async () => {
  const host = new FakeHost();
  host.disk.putFile("/command/s6-svc", "", { mode: 0o755 });
  host.table.install("s6-svc", () => ({ exitCode: 100, stderr: "usage" }));
  expect(runS6Strictly(host, "s6-svc", "stop on 'x'", ["-d", "/x"])).rejects.toThrow(
    "s6-svc stop on 'x' failed (rc=100): usage",
  );
});

test("s6Failure() names the limit that kept a program from starting", () => {
  const error = Object.assign(systemError("EMFILE"), { syscall: "socketpair" });
  const startFailure = toFailure("Cannot start /command/s6-svc", error);
  const failure = s6Failure("s6-svc", "on x", { ...RESULT, exitCode: 127, startFailure });
  expect(failure).toMatchObject({
    message:
      "s6-svc on x failed: Cannot start /command/s6-svc: the limit of open files of one process is reached",
    exitCode: 75,
  });
  expect(failure.hint).toContain("ulimit -n");
});

test("s6Failure() makes a sentence of the page that an aborted runtime prints", () => {
  const stderr = `${"=".repeat(60)}\nBun v1.4.4 (38afee6c8) Linux x64\n\npanic(main thread): abort() called\noh no: Bun has crashed.\n`;
  expect(s6Failure("s6-sudo", "on x", { ...RESULT, exitCode: 134, stderr }).message).toBe(
    "s6-sudo on x failed (rc=134): its runtime was aborted, as happens if the limit of processes or of memory is reached",
  );
});

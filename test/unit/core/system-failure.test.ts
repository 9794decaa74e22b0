import { expect, test } from "bun:test";
import { AppError } from "../../../src/core/errors.ts";
import {
  describeSystemError,
  errorCode,
  requireFailure,
  toFailure,
  toSystemFailure,
} from "../../../src/core/system-failure.ts";
import { systemError } from "../../support/system-error.ts";

test("errorCode() is the system's code, or null", () => {
  expect(errorCode(systemError("ENOENT"))).toBe("ENOENT");
  expect(errorCode(new Error("plain"))).toBeNull();
  expect(errorCode(Object.assign(new Error("odd"), { code: 7 }))).toBeNull();
  expect(errorCode("ENOENT")).toBeNull();
});

test("describeSystemError() describes an error in words, without a path", () => {
  expect(describeSystemError(systemError("ENOSPC"))).toBe("no space left on device");
  expect(describeSystemError(systemError("EROFS"))).toBe("read-only file system");
  expect(describeSystemError(systemError("EMFILE"))).toBe(
    "the limit of open files of one process is reached",
  );
  expect(describeSystemError(systemError("EMULTIHOP"))).toBe("EMULTIHOP");
  const sqlite = Object.assign(new Error("unable to open database file"), {
    code: "SQLITE_CANTOPEN",
  });
  expect(describeSystemError(sqlite)).toBe("unable to open database file");
  expect(describeSystemError(new Error("plain"))).toBe("plain");
  expect(describeSystemError("text")).toBe("text");
});

const failed = (code: string, facts: object) => Object.assign(systemError(code), facts);

test.each([
  ["Cannot open /vol/x: input/output error", "EIO", { syscall: "open", path: "/vol/x" }],
  [
    "Cannot rename /a to /b: it is on another file system",
    "EXDEV",
    { syscall: "rename", path: "/a", dest: "/b" },
  ],
  [
    "Cannot enter /gone: no such file or directory",
    "ENOENT",
    { syscall: "chdir", path: "/left", dest: "/gone" },
  ],
  ["Cannot call close for a file or a stream: input/output error", "EIO", { syscall: "close" }],
  ["Cannot use /vol/x: input/output error", "EIO", { path: "/vol/x" }],
])("toSystemFailure() makes one sentence: %s", (message, code, facts) => {
  const failure = toSystemFailure(failed(code, facts));
  expect(failure).toMatchObject({ code: "io", message, exitCode: 1 });
});

test.each(["EMFILE", "ENFILE", "EAGAIN", "ENOMEM"])(
  "toSystemFailure() names the limit of %s, to be tried again",
  (code) => {
    const failure = toSystemFailure(failed(code, { syscall: "open", path: "/vol/x" }));
    expect(failure?.exitCode).toBe(75);
    expect(failure?.hint).toMatch(/^(?:raise|give) /);
    expect(toFailure("Cannot do it", failed(code, {}), "another hint").hint).toBe(failure?.hint);
  },
);

test("toSystemFailure() leaves bugs alone", () => {
  for (const error of [
    new TypeError("x is not a function"),
    failed("EBADF", { syscall: "write" }),
    failed("ERR_INVALID_ARG_TYPE", {}),
    failed("SQLITE_CANTOPEN", {}),
    "EIO",
  ]) {
    expect(toSystemFailure(error)).toBeNull();
    expect(() => requireFailure(error)).toThrow();
  }
  const own = new AppError("io", "Cannot do it");
  expect(requireFailure(own)).toBe(own);
});

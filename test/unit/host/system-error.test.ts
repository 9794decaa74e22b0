import { expect, test } from "bun:test";
import { describeSystemError, errorCode } from "../../../src/host/system-error.ts";
import { systemError } from "../../support/system-error.ts";

test("errorCode() is the system's code, or null", () => {
  expect(errorCode(systemError("ENOENT"))).toBe("ENOENT");
  expect(errorCode(new Error("plain"))).toBeNull();
  expect(errorCode(Object.assign(new Error("odd"), { code: 7 }))).toBeNull();
  expect(errorCode("ENOENT")).toBeNull();
});

test("describeSystemError() says it in words, without a path", () => {
  expect(describeSystemError(systemError("ENOSPC"))).toBe("no space left on device");
  expect(describeSystemError(systemError("EROFS"))).toBe("read-only file system");
  expect(describeSystemError(systemError("EMFILE"))).toBe("EMFILE");
  const sqlite = Object.assign(new Error("unable to open database file"), {
    code: "SQLITE_CANTOPEN",
  });
  expect(describeSystemError(sqlite)).toBe("unable to open database file");
  expect(describeSystemError(new Error("plain"))).toBe("plain");
  expect(describeSystemError("text")).toBe("text");
});

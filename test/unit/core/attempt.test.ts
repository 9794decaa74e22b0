import { expect, test } from "bun:test";
import { attempt, warn } from "../../../src/core/attempt.ts";
import { AppError } from "../../../src/core/errors.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { systemError } from "../../support/system-error.ts";

function refuseFile(): void {
  throw systemError("ENOSPC");
}

async function refuseLater(): Promise<void> {
  throw new AppError("io", "it is too late");
}

test("attempt() returns no problem if the work is done, else one", () => {
  let done = 0;
  expect(attempt("count", () => void (done += 1))).toEqual([]);
  expect(done).toBe(1);
  expect(attempt("write the file", refuseFile)).toEqual([
    "cannot write the file: no space left on device",
  ]);
});

test("attempt() waits for work that takes time", async () => {
  expect(await attempt("begin", refuseLater)).toEqual(["cannot begin: it is too late"]);
  expect(await attempt("begin", async () => undefined)).toEqual([]);
});

test("warn() prints each problem, and returns true if there is none", () => {
  const host = new FakeHost();
  expect(warn(host, [])).toBe(true);
  expect(warn(host, ["one", "two"])).toBe(false);
  expect(host.notes).toEqual(["warning: one", "warning: two"]);
});

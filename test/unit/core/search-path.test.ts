import { expect, test } from "bun:test";
import { findOnPath } from "../../../src/core/search-path.ts";
import { FakeHost } from "../../support/fake-host.ts";

test("findOnPath() returns the first program that this user can run", () => {
  const host = new FakeHost();
  host.disk.putDirectory("/a/tool", { mode: 0o755 });
  host.disk.putFile("/b/tool", "", { mode: 0o644 });
  host.disk.putFile("/c/tool", "", { mode: 0o755 });
  host.disk.putFile("/d/tool", "", { mode: 0o755 });
  expect(findOnPath(host, "/a:/b:/c/:/d", "tool")).toBe("/c/tool");
  expect(findOnPath(host, "/a:/b", "tool")).toBeNull();
  expect(findOnPath(host, "/c", "")).toBeNull();
});

test("findOnPath() passes over relative directories", () => {
  const host = new FakeHost();
  for (const path of ["tool", "c/tool", "../c/tool", "/c/tool"]) {
    host.disk.putFile(path, "", { mode: 0o755 });
  }
  expect(findOnPath(host, ":.:c:../c", "tool")).toBeNull();
  expect(findOnPath(host, ":.:c:/c", "tool")).toBe("/c/tool");
});

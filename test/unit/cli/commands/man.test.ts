import { expect, test } from "bun:test";
import { hermes } from "../../../support/command-line.ts";
import { FakeHost } from "../../../support/fake-host.ts";

test("hermes man prints the manual page of today", async () => {
  const { code, stdout } = await hermes(new FakeHost(), "man");
  expect(code).toBe(0);
  expect(stdout).toContain(".TH");
  expect(stdout).toContain("2026-11-20");
});

test("hermes man takes no argument", async () => {
  expect((await hermes(new FakeHost(), "man", "gateway")).code).toBe(2);
});

import { expect, test } from "bun:test";
import { hermesBoot } from "../../../support/command-line.ts";
import { HERMES } from "../../../support/fake-host.ts";
import { container } from "../../../support/boot-container.ts";

test("hermes-boot volume does each part as hermes, from root", async () => {
  const context = '{"places": 5, "startDefaultIfNew": true, "foreground": null}';
  const host = container({ uid: 0, users: [HERMES], input: [context] });
  const { stdout } = await hermesBoot(host, "volume", "plan");
  expect(JSON.parse(stdout)).toMatchObject([{ profile: "default", action: "started" }]);
  expect(host.users.currentUid()).toBe(10_000);
});

test.each([
  ["plan", "[]"],
  ["log", "{}"],
  ["prepare", "{}"],
])("hermes-boot volume %s refuses what it was not asked to read", async (part, input) => {
  const { code, notes } = await hermesBoot(container({ input: [input] }), "volume", part);
  expect(code).toBe(1);
  expect(notes).toEqual(["✗ Cannot read stdin: it is not what was asked for"]);
});

test("hermes-boot volume log, seed and has do their part", async () => {
  const steps = JSON.stringify([
    {
      profile: "coder",
      priorState: null,
      desired: null,
      priorExit: null,
      action: "registered",
      reason: null,
    },
  ]);
  const host = container({ input: [steps] });
  await hermesBoot(host, "volume", "log");
  expect(host.disk.text("/vol/logs/container-boot.log")).toContain("profile=coder");
  await hermesBoot(host, "volume", "seed");
  expect(host.disk.has("/vol/SOUL.md")).toBe(true);
  expect((await hermesBoot(host, "volume", "has", "coder")).code).toBe(1);
  host.disk.putFile("/vol/profiles/coder/SOUL.md", "");
  expect((await hermesBoot(host, "volume", "has", "coder")).code).toBe(0);
  expect((await hermesBoot(host, "volume", "frob")).code).toBe(2);
});

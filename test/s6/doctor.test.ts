import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { useTree } from "../support/s6-tree.ts";

const tree = useTree();

test("hermes doctor --fix registers what is missing and removes what is stale, in a real s6", async () => {
  for (const name of ["coder", "gone"]) await tree().hermes("profile", "create", name);
  await tree().boot("register", "default");
  const well = await tree().hermes("doctor");
  expect(well.stdout).toContain(
    "✓ Slots: each of 3 profiles has a slot, and each slot a profile\n",
  );
  expect(well.code).toBe(0);

  await tree().boot("unregister", "coder");
  rmSync(tree().path(tree().profile("gone")), { recursive: true });
  const ill = await tree().hermes("doctor");
  expect(ill.code).toBe(3);
  expect(ill.stdout).toContain("✗ Slots: profile 'coder' has no slot\n");
  expect(ill.stdout).toContain("✗ Slots: gateway 'gone' has a slot, and its profile is gone\n");

  const fixed = await tree().hermes("doctor", "--fix");
  expect(fixed.stdout).toContain("✓ Mended: registered gateway 'coder', down\n");
  expect(fixed.stdout).toContain("✓ Mended: removed the slot of gateway 'gone'\n");
  expect(fixed.code).toBe(0);
  expect(await tree().status("coder")).toMatchObject({ up: false, wantedUp: false });
  expect(await tree().status("gone")).toBeNull();
});

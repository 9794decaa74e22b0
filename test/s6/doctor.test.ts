import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { waitFor } from "../support/program.ts";
import { useTree } from "../support/s6-tree.ts";

const tree = useTree();

test("hermes doctor --fix registers missing slots and removes stale ones in a real s6", async () => {
  for (const name of ["coder", "gone"]) await tree().hermes("profile", "create", name);
  await tree().boot("register", "default");
  const before = await tree().hermes("doctor");
  expect(before.stdout).toContain(
    "✓ Slots: each of 3 profiles has a slot, and each slot a profile\n",
  );
  expect(before.code).toBe(0);

  await tree().boot("unregister", "coder");
  rmSync(tree().path(tree().profile("gone")), { recursive: true });
  const broken = await tree().hermes("doctor");
  expect(broken.code).toBe(3);
  expect(broken.stdout).toContain("✗ Slots: profile 'coder' has no slot\n");
  expect(broken.stdout).toContain("✗ Slots: gateway 'gone' has a slot, but its profile is gone\n");

  const fixed = await tree().hermes("doctor", "--fix");
  expect(fixed.stdout).toContain("✓ Repaired: registered gateway 'coder', down\n");
  expect(fixed.stdout).toContain("✓ Repaired: removed the slot of gateway 'gone'\n");
  expect(fixed.code).toBe(0);
  expect(await tree().status("coder")).toMatchObject({ up: false, wantedUp: false });
  expect(await tree().status("gone")).toBeNull();
});

test("hermes doctor --fix starts a logger that was stopped", async () => {
  await tree().hermes("profile", "create", "mute");
  await tree().hermes("-p", "mute", "gateway", "start");
  const logger = `${tree().slot("mute")}/log`;
  await tree().run(["/usr/bin/s6-svc", "-d", logger]);
  const isUp = async () =>
    (await tree().run(["/usr/bin/s6-svstat", "-o", "up", logger])).stdout === "true\n";
  // s6-log minds no SIGTERM, as it is told to.
  await tree().run(["/usr/bin/s6-svc", "-k", logger]);
  await waitFor("the logger to be down", async () => !(await isUp()));
  expect((await tree().hermes("doctor")).stdout).toContain(
    "✗ Loggers: the output of gateway 'mute' is lost, and the gateway will block when its pipe is full\n",
  );
  const { stdout } = await tree().hermes("doctor", "--fix");
  expect(stdout).toContain("✓ Repaired: started the logger of gateway 'mute'\n");
  expect(await isUp()).toBe(true);
});

test("hermes -p NAME doctor and status exit 4 for an unknown profile", async () => {
  for (const command of ["doctor", "status"]) {
    const { code, stdout, stderr } = await tree().hermes("-p", "ghost", command);
    expect({ code, stdout }).toEqual({ code: 4, stdout: "" });
    expect(stderr).toStartWith("✗ no such gateway 'ghost': register it with ");
  }
});

test("hermes doctor names a gateway that crashed, even if it is ready again", async () => {
  await tree().hermes("profile", "create", "frail");
  await tree().hermes("-p", "frail", "gateway", "start");
  const pid = (await tree().status("frail"))?.pid ?? 0;
  await tree().signal("KILL", pid);
  await waitFor("the gateway to be named", async () => {
    const { stdout } = await tree().hermes("doctor");
    return stdout.includes("! Gateways: gateway 'frail' is ready, but crashed 1 time");
  });
});

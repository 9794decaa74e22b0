import { expect, test } from "bun:test";
import { repairAsRoot } from "../../../src/cli/repair-as-root.ts";
import { FakeHost, HERMES, type FakeHostOptions } from "../../support/fake-host.ts";

function image(options: FakeHostOptions = {}): FakeHost {
  const environment = { HERMES_HOME: "/opt/data", ...options.environment };
  const host = new FakeHost({ uid: 0, users: [HERMES], ...options, environment });
  host.disk.putDirectory("/run/hermes", { uid: HERMES.uid });
  host.disk.putDirectory("/opt/data", { uid: HERMES.uid });
  host.disk.putFile("/opt/data/cron/x.json", "{}", { uid: 0 });
  host.disk.putFile("/etc/x", "");
  return host;
}

test("repairAsRoot() gives hermes what root left, and says so", async () => {
  const host = image();
  await repairAsRoot(host);
  expect(host.files.readStatus("/opt/data/cron/x.json")?.uid).toBe(10_000);
  expect(host.notes).toEqual(["Gave hermes 2 files of /opt/data"]);
  await repairAsRoot(host);
  expect(host.notes).toHaveLength(1);
});

test.each([
  ["hermes", { uid: 10_000 }],
  ["root on a host", { users: [] }],
  ["root with the system as its volume", { environment: { HERMES_HOME: "/etc" } }],
] as const)("repairAsRoot() of %s changes nothing", async (_, options) => {
  const host = image(options);
  const before = host.disk.snapshot();
  await repairAsRoot(host);
  expect(host.disk.snapshot()).toEqual(before);
});

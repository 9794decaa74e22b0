import { expect, test } from "bun:test";
import { createS6Manager } from "../../../../src/services/s6/manager.ts";
import { FakeHost } from "../../../support/fake-host.ts";
import { installS6, type FakeService } from "../../../support/fake-s6.ts";
import { profileName } from "../../../support/names.ts";

const CODER = profileName("coder");
const SLOT = "/run/service/gateway-coder";
const RUNNING = { up: true, wantedUp: true, ready: true, pid: 77 } as const;

/** An installation with one profile. */
function installation(uid = 10_000) {
  const host = new FakeHost({ uid, environment: { XDG_RUNTIME_DIR: "/run/user" } });
  const s6 = installS6(host);
  host.disk.putFile("/vol/profiles/coder/SOUL.md", "");
  const supervise = (service: Partial<FakeService> = {}) => {
    host.disk.putDirectory(SLOT);
    return s6.supervise(SLOT, service);
  };
  return { host, s6, supervise, manager: createS6Manager(host) };
}

test("S6Manager.status() knows a gateway without a slot", async () => {
  const { manager, supervise } = installation();
  expect(await manager.status(CODER)).toBeNull();
  supervise(RUNNING);
  expect(await manager.status(CODER)).toMatchObject({
    status: { up: true, pid: 77 },
    mayRun: true,
  });
});

test("S6Manager asks the registrar if the scan directory is not ours to write", async () => {
  const { host, s6, manager } = installation();
  host.disk.fail("/run/service", "write", "EACCES");
  host.table.install("s6-sudo", ([, verb]) => {
    if (verb === "register") s6.supervise(SLOT);
    return {};
  });
  expect(await manager.publish(CODER)).toBe("delegated");
  expect(await manager.remove(CODER)).toBe("delegated");
  const asked = host.table.commands.filter(([program]) => program === "/command/s6-sudo");
  expect(asked.map((command) => command.slice(2))).toEqual([
    ["register", "coder"],
    ["unregister", "coder"],
  ]);
});

test("S6Manager.remove() takes a gateway that another removal was faster with as gone", async () => {
  const { host, manager, supervise } = installation();
  supervise(RUNNING);
  host.disk.fail("/run/service", "write", "EACCES");
  const refusal = {
    exitCode: 4,
    stderr: "✗ Cannot unregister gateway 'coder': no such gateway\n",
  };
  host.table.install("s6-sudo", () => refusal);
  expect(manager.remove(CODER)).rejects.toThrow("no such gateway");
  host.table.install("s6-sudo", () => {
    host.disk.removeForTest(SLOT);
    return refusal;
  });
  await manager.remove(CODER);
});

test("S6Manager.publish() of root never asks the registrar, which is root, too", async () => {
  const other = installation(0);
  other.host.environment["S6_PROFILE_GATEWAY_SCANDIR"] = "/run/other";
  expect(other.manager.publish(CODER)).rejects.toThrow("'/run/other' is no directory");
  const { host, manager } = installation(0);
  await manager.publish(CODER);
  expect(host.table.commands.filter(([program]) => program === "/command/s6-sudo")).toEqual([]);
});

import { expect, test } from "bun:test";
import { registerDirectly, unregisterDirectly } from "../../../../src/services/s6/registration.ts";
import { readAccess } from "../../../../src/services/s6/slot-access.ts";
import { FakeHost, HERMES } from "../../../support/fake-host.ts";
import { installS6 } from "../../../support/fake-s6.ts";
import { profileName } from "../../../support/names.ts";

const CODER = profileName("coder");
const SCAN = "/run/service";
const SLOT = `${SCAN}/gateway-coder`;

function scanDirectory(users = [HERMES]) {
  const host = new FakeHost({ uid: 0, users });
  return { host, s6: installS6(host) };
}

const services = (host: FakeHost) => {
  const outcome = host.files.listDirectory(SCAN);
  return outcome.kind === "names" ? outcome.names.filter((name) => name !== ".s6-svscan") : [];
};

test("registerDirectly() publishes a whole slot, down, and leaves nothing hidden", async () => {
  const { host } = scanDirectory();
  expect(await registerDirectly(host, CODER)).toBe("published");
  expect(services(host)).toEqual(["gateway-coder"]);
  expect(host.disk.has(`${SLOT}/down`)).toBe(true);
});

test("registerDirectly() has a slot start that the boot published to start", async () => {
  const { host } = scanDirectory();
  host.disk.putFile(`${SLOT}/run`, "");
  await registerDirectly(host, CODER);
  expect(host.disk.has(`${SLOT}/down`)).toBe(false);
});

test("registerDirectly() writes files of its own if they cannot be shared", async () => {
  const { host } = scanDirectory();
  host.files.linkFile = () => false;
  await registerDirectly(host, CODER);
  expect(host.disk.text(`${SLOT}/log/type`)).toBe("longrun\n");
});

test("registerDirectly() gives the supervision to root and the group hermes", async () => {
  const { host } = scanDirectory();
  await registerDirectly(host, CODER);
  expect(host.files.readStatus(`${SLOT}/supervise`)).toMatchObject({
    uid: 0,
    gid: 10_000,
    mode: 0o710,
  });
  expect(host.files.readStatus(`${SLOT}/supervise/control`)).toMatchObject({
    uid: 0,
    gid: 10_000,
    mode: 0o620,
  });
  // s6-supervise makes the event directories itself, for root alone.
  expect(host.disk.has(`${SLOT}/event`)).toBe(false);
  expect(host.files.readStatus(`${SLOT}/run`)).toMatchObject({ uid: 0, gid: 0, mode: 0o755 });
});

test("registerDirectly() leaves a slot that is supervised as it is", async () => {
  const { host, s6 } = scanDirectory();
  host.disk.putFile(`${SLOT}/run`, "mine");
  s6.supervise(SLOT);
  expect(await registerDirectly(host, CODER)).toBe("unchanged");
  expect(host.disk.text(`${SLOT}/run`)).toBe("mine");
});

test("registerDirectly() replaces a slot without a supervisor, and incomplete ones", async () => {
  const { host } = scanDirectory();
  for (const name of ["gateway-coder", ".gateway-coder.tmp", ".gateway-coder.gone"]) {
    host.disk.putFile(`${SCAN}/${name}/stray`, "old");
  }
  expect(await registerDirectly(host, CODER)).toBe("published");
  expect(services(host)).toEqual(["gateway-coder"]);
  expect(host.disk.has(`${SLOT}/stray`)).toBe(false);
  expect(host.disk.has(`${SLOT}/run`)).toBe(true);
});

test("registerDirectly() refuses the one too many and changes nothing", async () => {
  const { host } = scanDirectory();
  for (let index = 0; index < 999; index += 1) host.disk.putDirectory(`${SCAN}/service-${index}`);
  const before = host.disk.snapshot();
  expect(registerDirectly(host, CODER)).rejects.toThrow(
    expect.objectContaining({
      code: "capacity",
      message:
        "Cannot register gateway 'coder': s6-svscan takes 1000 services and has no place left",
    }),
  );
  expect(host.disk.snapshot()).toEqual(before);
});

test("registerDirectly() takes the last two places", async () => {
  const { host } = scanDirectory();
  for (let index = 0; index < 998; index += 1) host.disk.putDirectory(`${SCAN}/service-${index}`);
  expect(await registerDirectly(host, CODER)).toBe("published");
});

test("registerDirectly() says when s6 does not take the slot, and gives the lock back", async () => {
  const { host } = scanDirectory();
  host.table.install("s6-svscanctl", () => ({}));
  expect(registerDirectly(host, CODER)).rejects.toThrow(
    "Cannot register gateway 'coder': s6 does not supervise /run/service/gateway-coder after 10 s",
  );
  expect(host.isLocked(`${SCAN}/.hermes.lock`)).toBe(false);
});

test("registerDirectly() waits for another change, and gives up after 20 s", async () => {
  const { host } = scanDirectory();
  const release = host.holdLock(`${SCAN}/.hermes.lock`);
  expect(registerDirectly(host, CODER)).rejects.toThrow("another change takes too long");
  expect(host.clock.elapsed()).toBeGreaterThanOrEqual(20_000);
  host.clock.after(300, release);
  expect(await registerDirectly(host, CODER)).toBe("published");
});

test("registerDirectly() says what the scan directory said, and leaves no half", async () => {
  const { host } = scanDirectory();
  host.disk.fail(SLOT, "write", "ENOSPC");
  expect(registerDirectly(host, CODER)).rejects.toThrow(
    "Cannot publish gateway 'coder' in /run/service: no space left on device",
  );
  expect(services(host)).toEqual([]);
});

test("unregisterDirectly() brings the gateway down and leaves nothing of it", async () => {
  const { host, s6 } = scanDirectory();
  await registerDirectly(host, CODER);
  s6.supervise(SLOT, { up: true, wantedUp: true, pid: 5 });
  await unregisterDirectly(host, CODER);
  expect(services(host)).toEqual([]);
  expect(s6.services.size).toBe(0);
});

test("unregisterDirectly() is fine with a slot that is not there", async () => {
  const { host } = scanDirectory();
  await unregisterDirectly(host, CODER);
  expect(host.isLocked(`${SCAN}/.hermes.lock`)).toBe(false);
});

test("unregisterDirectly() does not take away a gateway that cannot be stopped", async () => {
  const { host, s6 } = scanDirectory();
  await registerDirectly(host, CODER);
  s6.supervise(SLOT, { up: true, wantedUp: true, pid: 5, stubborn: true });
  host.table.start(4, { command: "s6-supervise" });
  host.disk.putLink("/proc/4/cwd", SLOT);
  host.table.start(5, { parent: 4 });
  expect(unregisterDirectly(host, CODER)).rejects.toThrow("Cannot stop 'gateway-coder'");
  expect(services(host)).toEqual(["gateway-coder"]);
});

test("unregisterDirectly() takes away a gateway that has ended, though s6 could not write that down", async () => {
  const { host, s6 } = scanDirectory();
  await registerDirectly(host, CODER);
  s6.supervise(SLOT, { up: true, wantedUp: true, pid: 5, stubborn: true });
  // A later process of this pid, which hermes can have.
  host.table.start(5, { parent: 1 });
  await unregisterDirectly(host, CODER);
  expect(services(host)).toEqual([]);
});

test("registerDirectly() closes the control FIFO for hermes if it is told to", async () => {
  const { host } = scanDirectory();
  await registerDirectly(host, CODER, "root-only");
  for (const service of [SLOT, `${SLOT}/log`]) {
    expect(host.files.readStatus(`${service}/supervise/control`)?.mode).toBe(0o600);
  }
  expect(readAccess(host, CODER)).toBe("root-only");
});

test("registerDirectly() drops to the owner, and needs no s6-setuidgid without one", async () => {
  const root = scanDirectory().host;
  await registerDirectly(root, CODER);
  expect(root.disk.text(`${SLOT}/run`)).toContain("/command/s6-setuidgid hermes");
  const alone = scanDirectory([]).host;
  alone.files.removeFile("/command/s6-setuidgid");
  expect(await registerDirectly(alone, CODER)).toBe("published");
  expect(alone.disk.text(`${SLOT}/run`)).not.toContain("setuidgid");
});

test("unregisterDirectly() is not confused by what an earlier one left", async () => {
  const { host } = scanDirectory();
  await registerDirectly(host, CODER);
  host.disk.putFile(`${SCAN}/.gateway-coder.gone/stray`, "");
  await unregisterDirectly(host, CODER);
  expect(services(host)).toEqual([]);
});

test("registerDirectly() holds the lock only while names change, however long s6 takes", async () => {
  const { host } = scanDirectory();
  host.table.install("s6-svscanctl", () => ({}));
  const held: boolean[] = [];
  for (const slots of [[], ["run", "log/run"]]) {
    for (const file of slots) host.disk.putFile(`${SLOT}/${file}`, "");
    for (const after of [1000, 6000, 11_000]) {
      host.clock.after(after, () => held.push(host.isLocked(`${SCAN}/.hermes.lock`)));
    }
    expect(registerDirectly(host, CODER)).rejects.toThrow("s6 does not supervise");
    await host.clock.sleep(20_000);
  }
  expect(held).toEqual([false, false, false, false, false, false]);
});

test("registerDirectly() does not replace what another process has published meanwhile", async () => {
  const { host, s6 } = scanDirectory();
  const release = host.holdLock(`${SCAN}/.hermes.lock`);
  host.clock.after(1000, () => {
    for (const file of ["run", "log/run"]) host.disk.putFile(`${SLOT}/${file}`, "theirs");
    release();
  });
  host.clock.after(2000, () => s6.supervise(SLOT));
  expect(await registerDirectly(host, CODER)).toBe("unchanged");
  expect(host.disk.text(`${SLOT}/run`)).toBe("theirs");
});

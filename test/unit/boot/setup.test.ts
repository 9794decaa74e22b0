import { expect, test } from "bun:test";
import { MAIN_WRAPPER } from "../../../src/core/image.ts";
import { readStartLimit } from "../../../src/boot/setup.ts";
import { runBootPart } from "../../../src/boot/stages.ts";
import { systemError } from "../../support/system-error.ts";
import { FakeHost, HERMES, type FakeHostOptions } from "../../support/fake-host.ts";

function image(options: FakeHostOptions = {}): FakeHost {
  const host = new FakeHost({ uid: 0, users: [HERMES], ...options });
  host.disk.putFile("/etc/group", "root:x:0:\nhermes:x:10000:\n");
  host.disk.putDirectory("/opt/data");
  host.disk.putDirectory("/run");
  host.table.install("hermes-boot", () => ({}));
  host.table.install("chown", () => ({}));
  return host;
}

/** Runs the stages that come before any gateway. */
async function setUp(host: FakeHost, root: string): Promise<void> {
  for (const part of ["setup", "services"] as const) {
    await runBootPart({ host, root, report: () => undefined }, part);
  }
}

test("the boot makes the run-time directories, hermes' own and root's", async () => {
  const host = image();
  await setUp(host, "/opt/data");
  expect(host.files.readStatus("/run/hermes")).toMatchObject({ uid: 10_000, gid: 10_000 });
  expect(host.files.readStatus("/run/hermes-alias")).toMatchObject({ uid: 0, gid: 0, mode: 0o755 });
  expect(host.files.readStatus("/run/hermes-boot")).toMatchObject({ uid: 0, mode: 0o755 });
  expect(host.notes).toEqual([]);
});

test("the boot makes /run/hermes as hermes if root may not give it away", async () => {
  const host = image();
  host.disk.putDirectory("/opt/data");
  host.disk.fail("/opt/data", "write", "EPERM");
  host.files.setOwner = () => {
    throw systemError("EPERM");
  };
  await setUp(host, "/opt/data");
  expect(host.files.readStatus("/run/hermes")).toMatchObject({ uid: 10_000, gid: 10_000 });
  expect(host.files.readStatus("/run")).toMatchObject({ uid: 0, mode: 0o755 });
  expect(host.notes).toEqual(["warning: cannot give /opt/data to hermes: operation not permitted"]);
});

test("the boot gives the volume and /run/hermes to a remapped hermes", async () => {
  const host = image({ environment: { PUID: "1000", PGID: "1001" } });
  await setUp(host, "/opt/data");
  for (const path of ["/opt/data", "/run/hermes"]) {
    expect(host.files.readStatus(path)).toMatchObject({ uid: 1000, gid: 1001 });
  }
});

test("the boot as root seeds in a child that becomes hermes, never itself", async () => {
  const host = image();
  await setUp(host, "/opt/data");
  expect(host.table.commands).toContainEqual(["/usr/local/bin/hermes-boot", "volume", "seed"]);
  expect(host.disk.has("/opt/data/SOUL.md")).toBe(false);
});

test("the boot tells the services of a terminal session", async () => {
  const host = image({ environment: { S6_VERBOSITY: "1" } });
  const variable = (name: string) => host.disk.text(`/run/s6/container_environment/${name}`);
  host.disk.putDirectory("/run/s6/container_environment");
  host.table.start(1, { argv: ["/init", MAIN_WRAPPER, "chat"] });
  await setUp(host, "/opt/data");
  expect(variable("HERMES_TUI_MODE")).toBeNull();
  expect(variable("S6_VERBOSITY")).toBe("0\n");
  host.table.start(1, { argv: ["/init", MAIN_WRAPPER, "--tui"] });
  host.files.removeTree("/run/hermes-boot");
  await setUp(host, "/opt/data");
  expect(variable("HERMES_TUI_MODE")).toBe("1\n");
});

test("the boot as hermes seeds by itself", async () => {
  const host = image({ uid: 10_000 });
  await setUp(host, "/opt/data");
  expect(host.disk.has("/opt/data/SOUL.md")).toBe(true);
  expect(host.table.commands).toEqual([]);
});

test("the boot as hermes shows the remedy for a volume of another user", async () => {
  const host = image({ uid: 10_000 });
  host.disk.fail("/opt/data", "write", "EACCES");
  await setUp(host, "/opt/data");
  expect(host.notes[0]).toStartWith("warning: hermes (10000:10000) may not write to /opt/data, ");
  expect(host.notes).toHaveLength(2);
});

test("the boot never ends the boot, and says each thing that failed on a line", async () => {
  const host = image();
  host.disk.fail("/run", "write", "EROFS");
  host.disk.fail("/opt", "write", "EROFS");
  host.table.install("hermes-boot", () => ({ exitCode: 127, stderr: "no such program\n" }));
  await setUp(host, "/opt/data");
  expect(host.notes).toEqual([
    "warning: cannot make /run/hermes-alias: read-only file system",
    "warning: cannot make /run/hermes-boot: read-only file system",
    "warning: cannot make the start locks: read-only file system",
    "warning: cannot make /run/hermes: read-only file system",
    "warning: cannot give /opt/data to hermes: read-only file system",
    "no such program",
  ]);
});

test.each([
  [["/usr/local/lib/hermes/plain/boot"], false],
  [["/usr/local/lib/hermes/plain/boot", "sleep"], true],
])("the boot below %j keeps main-hermes down: %p", async (argv, expected) => {
  const host = image({ uid: 10_000 });
  host.disk.putDirectory("/run/service/main-hermes");
  host.table.start(17, { argv });
  await setUp(host, "/opt/data");
  expect(host.disk.has("/run/service/main-hermes/disabled")).toBe(expected);
});

test.each(["/etc", "/etc/hermes"])(
  "the boot makes nothing of %s, a directory of the system's, and says so",
  async (root) => {
    const host = image();
    host.disk.putDirectory("/etc/profiles");
    await setUp(host, root);
    expect(host.notes).toEqual([
      `warning: refusing to give ${root} to hermes: it is the system's; set HERMES_HOME to a directory of its own, such as /opt/data`,
    ]);
    expect(host.disk.has("/etc/hermes")).toBe(false);
    expect(host.files.readStatus("/etc/profiles")?.uid).toBe(0);
    expect(host.table.commands).toEqual([["/usr/local/bin/hermes-boot", "volume", "seed"]]);
  },
);

test("the boot leaves it to hermes to make the volume below a directory of hermes'", async () => {
  const host = image();
  host.disk.putDirectory("/opt/data", { uid: 10_000, gid: 10_000 });
  host.disk.putLink("/opt/data/inst", "/run/service");
  host.disk.putDirectory("/run/service");
  await setUp(host, "/opt/data/inst/hermes");
  expect(host.notes).toEqual([]);
  expect(host.disk.has("/run/service/hermes")).toBe(false);
  expect(host.table.commands).toEqual([["/usr/local/bin/hermes-boot", "volume", "seed"]]);
});

test("the boot makes a lock for each gateway that may start at the same time", async () => {
  const host = image({ environment: { HERMES_GATEWAY_STARTS: "2" } });
  await setUp(host, "/opt/data");
  await setUp(host, "/opt/data");
  const listing = host.files.listDirectory("/run/hermes-boot");
  const names = listing.kind === "names" ? listing.names : [];
  expect(names.filter((name) => name.endsWith(".lock"))).toEqual(["start-0.lock", "start-1.lock"]);
  expect(host.files.readStatus("/run/hermes-boot/start-0.lock")).toMatchObject({
    uid: 0,
    mode: 0o600,
  });
});

test.each([
  ["", 4],
  ["x", 4],
  ["-1", 4],
  ["1.5", 4],
  ["0", 1],
  ["1", 1],
  ["16", 16],
  ["500", 64],
])("readStartLimit() of HERMES_GATEWAY_STARTS=%s is %d", (value, limit) => {
  expect(readStartLimit({ HERMES_GATEWAY_STARTS: value })).toBe(limit);
});

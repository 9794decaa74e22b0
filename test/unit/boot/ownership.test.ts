import { expect, test } from "bun:test";
import { describeForeignVolume, repairOwnership } from "../../../src/boot/ownership.ts";
import { FakeHost, HERMES } from "../../support/fake-host.ts";

const ROOT = "/opt/data";

function volume(uid = 10_000): FakeHost {
  const host = new FakeHost({ uid: 0 });
  host.disk.putDirectory(ROOT, { uid, gid: uid });
  host.table.install("chown", () => ({}));
  return host;
}

const repair = (host: FakeHost) => repairOwnership(host, ROOT, HERMES);
const walked = (host: FakeHost) => host.table.commands.map((command) => command.at(-1));
const ownerOf = (host: FakeHost, path: string) => host.files.readStatus(path)?.uid;

test.each([
  [{ "/opt/data": {} }, null],
  [{ "/opt/data": { uid: 10_000 }, "/opt/data/in": {} }, "/opt/data"],
])("repairOwnership() of a volume below %j", async (directories, parent) => {
  const host = new FakeHost({ uid: 0 });
  for (const [path, options] of Object.entries(directories)) host.disk.putDirectory(path, options);
  host.disk.putDirectory("/opt/data/in/home", { uid: 0 });
  const warnings = await repairOwnership(host, "/opt/data/in/home", HERMES);
  expect(warnings).toEqual(
    parent === null
      ? []
      : [
          `refusing to give /opt/data/in/home to hermes: hermes may change ${parent} above it; run \`chown -R 10000:10000\` on it, or set HERMES_HOME to a directory outside`,
        ],
  );
  expect(ownerOf(host, "/opt/data/in/home")).toBe(parent === null ? 10_000 : 0);
});

test("repairOwnership() gives the volume itself and the known names to hermes", async () => {
  const host = volume(0);
  host.disk.putDirectory(`${ROOT}/memories`);
  host.disk.putFile(`${ROOT}/SOUL.md`, "");
  expect(await repair(host)).toEqual([]);
  expect(ownerOf(host, ROOT)).toBe(10_000);
  expect(walked(host)).toEqual([`${ROOT}/memories`, `${ROOT}/SOUL.md`]);
});

test.each([
  [{ uid: 1234, gid: 100, mode: 0o755 }, true],
  [{ uid: 1234, gid: 100, mode: 0o777 }, false],
  [{ uid: 1234, gid: 10_000, mode: 0o775 }, false],
  [{ uid: 1234, gid: 44, mode: 0o770 }, false],
  [{ uid: 10_000, gid: 100, mode: 0o755 }, false],
] as const)(
  "repairOwnership() of a volume that is %j warns of the stranger: %p",
  async (...row) => {
    const [options, expected] = row;
    const host = new FakeHost({ uid: 0, groups: [44] });
    host.disk.putDirectory(ROOT, options);
    expect(await repair(host)).toEqual(
      expected
        ? [
            "hermes (10000:10000) may not write to /opt/data, which is 1234:100's; run `chown -R 10000:10000` on it, or pass -e PUID=1234 -e PGID=100",
          ]
        : [],
    );
    expect(ownerOf(host, ROOT)).toBe(options.uid);
  },
);

test.each([
  [{ uid: 0, gid: 0 }, "start the container once without --user, which gives it to hermes"],
  [{ uid: 1000, gid: 100 }, "leave out --user and pass -e PUID=1000 -e PGID=100"],
])("describeForeignVolume() of a volume that is %j's says what to do", (owner, other) => {
  const host = new FakeHost({ uid: 10_000 });
  host.disk.putDirectory(ROOT, owner);
  expect(describeForeignVolume(host, ROOT)).toBeNull();
  host.disk.fail(ROOT, "write", "EACCES");
  expect(describeForeignVolume(host, ROOT)).toBe(
    `hermes (10000:10000) may not write to /opt/data, which is ${owner.uid}:${owner.gid}'s; run \`chown -R 10000:10000\` on it (in Kubernetes: fsGroup: 10000), or ${other}`,
  );
});

test("describeForeignVolume() says nothing of hermes' own, nor of what is not there", () => {
  const host = new FakeHost({ uid: 10_000 });
  expect(describeForeignVolume(host, ROOT)).toBeNull();
  host.disk.putDirectory(ROOT, { uid: 10_000, gid: 10_000 });
  host.disk.fail(ROOT, "write", "EROFS");
  expect(describeForeignVolume(host, ROOT)).toBeNull();
});

test("repairOwnership() gives hermes what the agent keeps, in each profile, and leaves the hooks", async () => {
  const host = volume();
  for (const directory of [ROOT, `${ROOT}/profiles/coder`]) {
    host.disk.putFile(`${directory}/auth.json`, "{}");
    host.disk.putFile(`${directory}/state.db-wal`, "");
    host.disk.putDirectory(`${directory}/hooks`);
  }
  expect(await repair(host)).toEqual([]);
  expect(walked(host)).toEqual([
    `${ROOT}/auth.json`,
    `${ROOT}/state.db-wal`,
    `${ROOT}/profiles/coder/auth.json`,
    `${ROOT}/profiles/coder/state.db-wal`,
  ]);
});

test("repairOwnership() gives hermes the gateways' logs, also in a directory that is hermes' own", async () => {
  const host = volume();
  host.disk.putDirectory(`${ROOT}/logs`, { uid: 10_000, gid: 10_000 });
  host.disk.putDirectory(`${ROOT}/logs/gateways`);
  expect(await repair(host)).toEqual([]);
  expect(walked(host)).toEqual([`${ROOT}/logs/gateways`]);
});

test("repairOwnership() does not look for the gateways' logs behind a link", async () => {
  const host = volume();
  host.disk.putDirectory("/etc/gateways", { uid: 0 });
  host.disk.putLink(`${ROOT}/logs`, "/etc");
  expect(await repair(host)).toHaveLength(1);
  expect(host.table.commands).toEqual([]);
});

test("repairOwnership() follows a change of the group alone", async () => {
  const host = volume();
  host.disk.putDirectory(`${ROOT}/skills`, { uid: 10_000, gid: 10_000 });
  host.disk.putDirectory(`${ROOT}/cron`, { uid: 10_000, gid: 1234 });
  await repairOwnership(host, ROOT, { ...HERMES, gid: 999 });
  expect(host.files.readStatus(ROOT)).toMatchObject({ uid: 10_000, gid: 999 });
  expect(walked(host)).toEqual([`${ROOT}/skills`]);
});

test("repairOwnership() leaves alone what only hermes may look into", async () => {
  const host = new FakeHost({ uid: 0 });
  host.disk.putDirectory(ROOT, { uid: 10_000, gid: 10_000, mode: 0o000 });
  host.disk.putFile(`${ROOT}/SOUL.md`, "");
  expect(await repair(host)).toEqual([]);
  expect(ownerOf(host, `${ROOT}/SOUL.md`)).toBe(0);
});

test.each([0, 1234])(
  "repairOwnership() says where it may not look, if uid %d had it",
  async (uid) => {
    const host = new FakeHost({ uid: 0 });
    host.disk.putDirectory(ROOT, { uid, gid: uid, mode: 0o000 });
    expect(await repair(host)).toContain("cannot look into /opt/data: permission denied");
  },
);

test("repairOwnership() walks without following links, from the old owner only", async () => {
  const host = volume();
  host.disk.putDirectory(`${ROOT}/skills`);
  await repair(host);
  expect(host.table.commands).toEqual([
    ["/usr/bin/chown", "-R", "-P", "-h", "--from=0", "10000:10000", "--", `${ROOT}/skills`],
  ]);
});

test("repairOwnership() repairs each profile, and no directory that is none", async () => {
  const host = volume();
  for (const name of ["coder", "Not A Name", "default"]) {
    host.disk.putDirectory(`${ROOT}/profiles/${name}/memories`);
  }
  expect(await repair(host)).toEqual([]);
  expect(ownerOf(host, `${ROOT}/profiles`)).toBe(10_000);
  expect(ownerOf(host, `${ROOT}/profiles/coder`)).toBe(10_000);
  expect(ownerOf(host, `${ROOT}/profiles/Not A Name`)).toBe(0);
  expect(walked(host)).toEqual([`${ROOT}/profiles/coder/memories`]);
});

test("repairOwnership() starts nothing where the owners are right", async () => {
  const host = volume();
  host.disk.putDirectory(`${ROOT}/profiles`, { uid: 10_000 });
  host.disk.putFile(`${ROOT}/SOUL.md`, "", { uid: 10_000 });
  const before = host.disk.snapshot();
  expect(await repair(host)).toEqual([]);
  expect(host.table.commands).toEqual([]);
  expect(host.disk.snapshot()).toEqual(before);
});

test("repairOwnership() leaves names it does not know, and strangers' files, alone", async () => {
  const host = volume();
  host.disk.putDirectory(`${ROOT}/photos`);
  host.disk.putDirectory(`${ROOT}/sessions`, { uid: 1234 });
  expect(await repair(host)).toEqual([]);
  expect(host.table.commands).toEqual([]);
});

test("repairOwnership() gives what the image's own user had to a remapped one", async () => {
  const host = volume();
  host.disk.putDirectory(`${ROOT}/sessions`, { uid: 10_000 });
  await repairOwnership(host, ROOT, { ...HERMES, uid: 1000, gid: 1000 });
  expect(ownerOf(host, ROOT)).toBe(1000);
  expect(host.table.commands[0]).toContain("--from=10000");
  expect(host.table.commands[0]).toContain("1000:1000");
});

test.each([`${ROOT}/memories`, `${ROOT}/profiles`, `${ROOT}/profiles/coder`])(
  "repairOwnership() does not follow the link %s, and says so",
  async (path) => {
    const host = volume();
    host.disk.putDirectory("/etc/memories");
    host.disk.putLink(path, "/etc");
    expect(await repair(host)).toEqual([
      `refusing to change the owner of what the link ${path} leads to; chown it yourself if that is meant`,
    ]);
    expect(ownerOf(host, "/etc")).toBe(0);
    expect(host.table.commands).toEqual([]);
  },
);

test("repairOwnership() says nothing of a link that leads to a stranger's, or to nothing", async () => {
  const host = volume();
  host.disk.putDirectory("/mnt/photos", { uid: 1234 });
  host.disk.putLink(`${ROOT}/memories`, "/mnt/photos");
  host.disk.putLink(`${ROOT}/skills`, "/nowhere");
  expect(await repair(host)).toEqual([]);
});

test("repairOwnership() does not touch a volume that is a link", async () => {
  const host = new FakeHost({ uid: 0 });
  host.disk.putLink(ROOT, "/etc");
  host.disk.putDirectory("/etc/memories");
  await repair(host);
  expect(ownerOf(host, "/etc")).toBe(0);
  expect(host.table.commands).toEqual([]);
});

test("repairOwnership() returns what it could not change, one line a reason", async () => {
  const host = volume(0);
  host.disk.putDirectory(`${ROOT}/memories`);
  host.disk.putDirectory(`${ROOT}/skills`);
  host.disk.fail(ROOT, "write", "EPERM");
  host.table.install("chown", (args) => ({
    exitCode: 1,
    stderr: args.at(-1)?.endsWith("skills")
      ? "chown: changing ownership of 'skills/x': Read-only file system\nchown: and again\n"
      : "chown: changing ownership of 'a: b': Operation not permitted\n",
  }));
  expect(await repair(host)).toEqual([
    `cannot give ${ROOT} to hermes (nor 1 more): operation not permitted`,
    `cannot give ${ROOT}/skills to hermes: read-only file system`,
  ]);
});

test("repairOwnership() says what it cannot look at, and goes on", async () => {
  const host = volume();
  host.disk.putDirectory(`${ROOT}/profiles/coder/memories`);
  host.disk.putDirectory(`${ROOT}/profiles/writer/memories`, { uid: 10_000 });
  host.disk.fail(`${ROOT}/profiles/coder`, "read", "EACCES");
  const warnings = await repair(host);
  expect(warnings[0]).toBe(`cannot look at ${ROOT}/profiles/coder/cron: permission denied`);
  expect(ownerOf(host, `${ROOT}/profiles/writer`)).toBe(10_000);
});

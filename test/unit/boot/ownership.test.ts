import { expect, test } from "bun:test";
import { describeForeignVolume, repairOwnership } from "../../../src/boot/ownership.ts";
import { FakeHost, HERMES } from "../../support/fake-host.ts";

const ROOT = "/opt/data";

function volume(uid = 10_000): FakeHost {
  const host = new FakeHost({ uid: 0 });
  host.disk.putDirectory(ROOT, { uid, gid: uid });
  return host;
}

const repair = async (host: FakeHost, user = HERMES) =>
  (await repairOwnership(host, ROOT, user)).warnings;
const ownerOf = (host: FakeHost, path: string) => host.files.readStatus(path)?.uid;

test.each([
  [{ "/opt/data": {} }, null],
  [{ "/opt/data": { uid: 10_000 }, "/opt/data/in": {} }, "/opt/data"],
])("repairOwnership() of a volume below %j", async (directories, parent) => {
  const host = new FakeHost({ uid: 0 });
  for (const [path, options] of Object.entries(directories)) host.disk.putDirectory(path, options);
  host.disk.putDirectory("/opt/data/in/home", { uid: 0 });
  const { warnings } = await repairOwnership(host, "/opt/data/in/home", HERMES);
  expect(warnings).toEqual(
    parent === null
      ? []
      : [
          `refusing to give /opt/data/in/home to hermes: hermes may change ${parent} above it; run \`chown -R 10000:10000\` on it, or set HERMES_HOME to a directory outside`,
        ],
  );
  expect(ownerOf(host, "/opt/data/in/home")).toBe(parent === null ? 10_000 : 0);
});

/** Owners of what is on the volume, by its name there. */
const ownersOn = (host: FakeHost, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, ownerOf(host, `${ROOT}/${name}`)]));

test("repairOwnership() gives hermes everything that is root's, known or not", async () => {
  const host = volume(0);
  const names = [
    "SOUL.md",
    "memories/a/b",
    "hooks/gateway-event",
    "photos/x",
    "profiles/coder/cron/x",
  ];
  for (const name of [...names, "profiles/Not A Name/x"]) host.disk.putFile(`${ROOT}/${name}`, "");
  expect(await repairOwnership(host, ROOT, HERMES)).toEqual({ given: 15, warnings: [] });
  const entries = Object.entries(host.disk.snapshot()).filter(([path]) => path.startsWith(ROOT));
  expect(entries.filter(([, text]) => !text.includes(" 10000:10000 "))).toEqual([]);
});

test("repairOwnership() keeps a group that an operator chose, and every mode", async () => {
  const host = volume();
  host.disk.putDirectory(`${ROOT}/shared`, { gid: 2000, mode: 0o2775 });
  host.disk.putFile(`${ROOT}/shared/a`, "", { gid: 2000, mode: 0o660 });
  expect(await repair(host)).toEqual([]);
  expect(host.files.readStatus(`${ROOT}/shared`)).toMatchObject({
    uid: 10_000,
    gid: 2000,
    mode: 0o2775,
  });
  expect(host.files.readStatus(`${ROOT}/shared/a`)).toMatchObject({
    uid: 10_000,
    gid: 2000,
    mode: 0o660,
  });
});

test("repairOwnership() gives no file of root's that has another name", async () => {
  const host = volume();
  host.disk.putFile("/etc/shadow", "");
  host.files.linkFile("/etc/shadow", `${ROOT}/skill.md`);
  host.disk.putFile(`${ROOT}/cache`, "", { uid: 10_000, gid: 10_000 });
  host.files.linkFile(`${ROOT}/cache`, `${ROOT}/cached`);
  expect(await repair(host, { ...HERMES, uid: 1000, gid: 1000 })).toEqual([
    `cannot give ${ROOT}/skill.md to hermes: has other names (hard links)`,
  ]);
  expect(ownerOf(host, "/etc/shadow")).toBe(0);
  expect(ownerOf(host, `${ROOT}/cached`)).toBe(1000);
});

test("repairOwnership() looks again at what changed only just now", async () => {
  const host = volume();
  host.disk.putFile(`${ROOT}/new`, "", { changedMs: host.clock.now() - 1 });
  host.disk.putFile(`${ROOT}/restless`, "", { changedMs: host.clock.now() + 20 });
  expect(await repairOwnership(host, ROOT, HERMES)).toEqual({
    given: 1,
    warnings: [`cannot give ${ROOT}/restless to hermes: it changes all the time`],
  });
  expect(ownersOn(host, ["new", "restless"])).toEqual({ new: 10_000, restless: 0 });
});

test("repairOwnership() gives neither devices away, nor what fsck keeps", async () => {
  const host = volume();
  host.disk.putTerminal(`${ROOT}/disk`);
  host.disk.putFile(`${ROOT}/lost+found/x`, "");
  host.disk.putFile(`${ROOT}/workspace/lost+found`, "");
  expect(await repair(host)).toEqual([`cannot give ${ROOT}/disk to hermes: is a device`]);
  const names = ["lost+found", "lost+found/x", "workspace/lost+found"];
  expect(Object.values(ownersOn(host, names))).toEqual([0, 0, 10_000]);
});

/** Mounts on the volume, which is one itself. */
function mount(host: FakeHost, mounts: Readonly<Record<string, string>>): void {
  const all = Object.entries({ "": "rw", ...mounts });
  const lines = all.map(
    ([name, options], index) =>
      `${50 + index} 1 0:1 / ${ROOT}${name === "" ? "" : `/${name}`} ${options} - ext4 /dev/x rw\n`,
  );
  host.disk.putFile("/proc/self/mountinfo", lines.join(""));
}

test("repairOwnership() does not look into what is mounted on the volume", async () => {
  const host = volume();
  mount(host, {
    workspace: "rw",
    "skills/host": "rw",
    sessions: "ro,relatime",
    "config.yaml": "rw",
  });
  for (const name of ["workspace/a", "skills/host/b", "sessions/c"]) {
    host.disk.putFile(`${ROOT}/${name}`, "");
  }
  host.disk.putFile(`${ROOT}/config.yaml`, "", { mode: 0o600 });
  const before = host.disk.snapshot();
  const leaving = (name: string) =>
    `leaving ${ROOT}/${name} as it is: it is mounted there, and root's; run \`chown -R 10000:10000\` on it, if hermes is to use it`;
  expect(await repair(host)).toEqual([leaving("config.yaml"), leaving("workspace")]);
  const { [`${ROOT}/skills`]: skills, ...rest } = host.disk.snapshot();
  expect(skills).toContain("10000:10000");
  expect(before).toMatchObject(rest);
});

test("repairOwnership() gives an empty mount to hermes, and looks into the image user's own", async () => {
  const host = volume();
  mount(host, { "my workspace": "rw", memories: "rw" });
  host.disk.putDirectory(`${ROOT}/my workspace`);
  host.disk.putDirectory(`${ROOT}/memories`, { uid: 10_000, gid: 10_000 });
  host.disk.putFile(`${ROOT}/memories/a`, "");
  host.disk.putFile(
    "/proc/self/mountinfo",
    `${host.disk.text("/proc/self/mountinfo")}`.replace("my workspace", "my\\040workspace"),
  );
  expect(await repair(host)).toEqual([]);
  expect(ownersOn(host, ["my workspace", "memories/a"])).toEqual({
    "my workspace": 10_000,
    "memories/a": 10_000,
  });
});

test("repairOwnership() stops at the hundredth level, and says so", async () => {
  const host = volume();
  host.disk.putFile(`${ROOT}/${"d/".repeat(101)}x`, "");
  expect(await repair(host)).toEqual([
    `not everything on ${ROOT} was looked at: there is too much of it, or too deep a directory`,
  ]);
  expect(ownerOf(host, `${ROOT}/${"d/".repeat(100)}d/x`)).toBe(0);
});

test.each([
  [{ uid: 1234, gid: 100, mode: 0o755 }, true],
  [{ uid: 1234, gid: 100, mode: 0o777 }, false],
  [{ uid: 1234, gid: 10_000, mode: 0o775 }, false],
  [{ uid: 1234, gid: 44, mode: 0o770 }, false],
  [{ uid: 10_000, gid: 100, mode: 0o755 }, false],
] as const)(
  "repairOwnership() of a volume that is %j warns of the unexpected owner: %p",
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

test("repairOwnership() does not look for the gateways' logs behind a link", async () => {
  const host = volume();
  host.disk.putDirectory("/etc/gateways", { uid: 0 });
  host.disk.putLink(`${ROOT}/logs`, "/etc");
  expect(await repair(host)).toHaveLength(1);
  expect(ownerOf(host, "/etc/gateways")).toBe(0);
});

test("repairOwnership() follows a change of the group alone", async () => {
  const host = volume();
  host.disk.putDirectory(`${ROOT}/skills`, { uid: 10_000, gid: 10_000 });
  host.disk.putDirectory(`${ROOT}/cron`, { uid: 10_000, gid: 1234 });
  await repairOwnership(host, ROOT, { ...HERMES, gid: 999 });
  expect(host.files.readStatus(ROOT)).toMatchObject({ uid: 10_000, gid: 999 });
  expect(host.files.readStatus(`${ROOT}/skills`)?.gid).toBe(999);
  expect(host.files.readStatus(`${ROOT}/cron`)?.gid).toBe(1234);
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

test("repairOwnership() changes nothing if the owners are right", async () => {
  const host = volume();
  host.disk.putDirectory(`${ROOT}/profiles`, { uid: 10_000 });
  host.disk.putFile(`${ROOT}/SOUL.md`, "", { uid: 10_000 });
  const before = host.disk.snapshot();
  expect(await repairOwnership(host, ROOT, HERMES)).toEqual({ given: 0, warnings: [] });
  expect(host.disk.snapshot()).toEqual(before);
});

test("repairOwnership() leaves another user's directories alone, with what is in them", async () => {
  const host = volume();
  host.disk.putFile(`${ROOT}/sessions/mine`, "");
  host.disk.putDirectory(`${ROOT}/sessions`, { uid: 1234 });
  const before = host.disk.snapshot();
  expect(await repair(host)).toEqual([]);
  expect(host.disk.snapshot()).toEqual(before);
});

test("repairOwnership() of another user's volume looks at the known names only", async () => {
  const host = volume(1234);
  for (const name of ["memories/a", "profiles/coder/x", "photos/x"]) {
    host.disk.putFile(`${ROOT}/${name}`, "");
  }
  await repair(host);
  expect(ownersOn(host, ["memories/a", "profiles/coder/x", "photos", "photos/x"])).toEqual({
    "memories/a": 10_000,
    "profiles/coder/x": 10_000,
    photos: 0,
    "photos/x": 0,
  });
});

test("repairOwnership() gives what the image's own user had to a remapped one", async () => {
  const host = volume();
  const names = ["backups", "hooks", "plugins", "mcp", ".cache"];
  for (const name of names) host.disk.putDirectory(`${ROOT}/${name}`, { uid: 10_000, gid: 10_000 });
  expect(await repair(host, { ...HERMES, uid: 1000, gid: 1000 })).toEqual([]);
  expect(ownerOf(host, ROOT)).toBe(1000);
  expect(Object.values(ownersOn(host, names))).toEqual(names.map(() => 1000));
});

test.each([
  `${ROOT}/memories`,
  `${ROOT}/gateway_state.json`,
  `${ROOT}/profiles`,
  `${ROOT}/profiles/coder`,
])("repairOwnership() does not follow the link %s, and says so", async (path) => {
  const host = volume();
  host.disk.putDirectory("/etc/memories");
  host.disk.putLink(path, "/etc");
  expect(await repair(host)).toEqual([
    `refusing to change the owner of what the link ${path} leads to; chown it yourself if that is meant`,
  ]);
  expect(ownerOf(host, "/etc")).toBe(0);
  expect(ownerOf(host, "/etc/memories")).toBe(0);
});

test("repairOwnership() says nothing of links that lead to what hermes can use, or to nothing", async () => {
  const host = volume();
  host.disk.putDirectory("/mnt/photos", { uid: 1234 });
  host.disk.putFile("/mnt/config", "");
  host.disk.putLink(`${ROOT}/memories`, "/mnt/photos");
  host.disk.putLink(`${ROOT}/skills`, "/nowhere");
  host.disk.putLink(`${ROOT}/config.yaml`, "/mnt/config");
  host.disk.putLink(`${ROOT}/workspace/etc`, "/etc");
  expect(await repair(host)).toEqual([]);
});

test("repairOwnership() does not touch a volume that is a link", async () => {
  const host = new FakeHost({ uid: 0 });
  host.disk.putLink(ROOT, "/etc");
  host.disk.putDirectory("/etc/memories");
  expect(await repair(host)).toEqual([
    "cannot look into /opt/data: it is not a directory, or a link to one",
  ]);
  expect(ownerOf(host, "/etc")).toBe(0);
  expect(ownerOf(host, "/etc/memories")).toBe(0);
});

test("repairOwnership() returns what it could not change, one line a reason", async () => {
  const host = volume(0);
  host.disk.putFile(`${ROOT}/memories/a`, "");
  host.disk.putFile(`${ROOT}/skills/a`, "");
  host.disk.fail(`${ROOT}/skills`, "write", "EROFS");
  host.disk.fail(ROOT, "write", "EPERM");
  expect(await repair(host)).toEqual([
    `cannot give ${ROOT}/memories/a to hermes (nor 2 more): operation not permitted`,
    `cannot give ${ROOT}/skills/a to hermes (nor 1 more): read-only file system`,
  ]);
});

test("repairOwnership() says what it cannot look at, and goes on", async () => {
  const host = volume();
  host.disk.putFile(`${ROOT}/profiles/coder/memories/a`, "");
  host.disk.putFile(`${ROOT}/profiles/writer/memories/a`, "");
  host.disk.fail(`${ROOT}/profiles/coder`, "read", "EIO");
  expect(await repair(host)).toEqual([
    `cannot give ${ROOT}/profiles/coder to hermes: input/output error`,
  ]);
  expect(ownerOf(host, `${ROOT}/profiles/writer/memories/a`)).toBe(10_000);
});

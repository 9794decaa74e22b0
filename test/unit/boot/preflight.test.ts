import { expect, test } from "bun:test";
import {
  checkPreflight,
  parseEffectiveCapabilities,
  type PreflightFacts,
} from "../../../src/boot/preflight.ts";
import { readPreflightFacts } from "../../../src/boot/read-preflight.ts";
import { FakeHost, HERMES } from "../../support/fake-host.ts";

/** What a plain `docker run` gives. */
const USUAL: PreflightFacts = {
  uid: 0,
  gid: 0,
  hermes: { uid: 10_000, gid: 10_000 },
  hasInit: false,
  capabilities: 0xa80425fbn,
  runIsWritable: true,
  taskLimit: null,
  hasHiddenBundles: false,
  runOptions: ["rw", "nosuid"],
  exposed: [],
};

const check = (facts: Partial<PreflightFacts>) => checkPreflight({ ...USUAL, ...facts });

test("checkPreflight() has nothing to say of a plain `docker run`, or of one as hermes", () => {
  expect(check({})).toEqual([]);
  expect(check({ uid: 10_000, gid: 10_000, capabilities: 0n })).toEqual([]);
});

test("checkPreflight() refuses an unexpected uid and names the supported way", () => {
  const problems = check({ uid: 1234, gid: 99, runIsWritable: false });
  expect(problems).toEqual([
    {
      fatal: true,
      message:
        "Cannot run as uid 1234: the image runs as root, or rootless as hermes (10000:10000)",
      hint: "leave out --user and pass -e HERMES_UID=1234 -e HERMES_GID=99 (or PUID and PGID): hermes gets these ids",
    },
  ]);
});

test.each([
  [
    { uid: 1234, gid: 0 },
    "leave out --user and pass -e HERMES_UID=1234 (or PUID): hermes gets this uid",
  ],
  [
    { uid: 1234, gid: 70_000 },
    "leave out --user and pass -e HERMES_UID=1234 (or PUID): hermes gets this uid",
  ],
  // OpenShift's.
  [
    { uid: 1_000_620_000, gid: 0 },
    "pass --user 10000:10000 (in Kubernetes: runAsUser and runAsGroup), or leave out --user",
  ],
])("checkPreflight() names for %j nothing that the boot refuses", (ids, hint) => {
  expect(check(ids)).toMatchObject([{ fatal: true, hint }]);
});

test("checkPreflight() refuses an init inside an init, and says nothing else", () => {
  expect(check({ hasInit: true, runIsWritable: false })).toEqual([
    {
      fatal: true,
      message: "Cannot start an init: this container has one already",
      hint: "run the program itself: docker exec <container> hermes status",
    },
  ]);
  expect(check({ hasInit: true, uid: 1234 })[0]?.message).toStartWith("Cannot run as uid 1234");
});

test("checkPreflight() refuses a /run that takes no services", () => {
  expect(check({ runIsWritable: false })).toEqual([
    {
      fatal: true,
      message: "Cannot write to /run, where the services live",
      hint: "add --tmpfs /run:exec to docker run (in Kubernetes: mount an emptyDir there)",
    },
  ]);
  expect(check({ runOptions: ["rw", "noexec"] })).toEqual([
    {
      fatal: true,
      message: "Cannot run programs on /run: it is mounted noexec",
      hint: "add --tmpfs /run:exec to docker run (in Kubernetes: mount an emptyDir there)",
    },
  ]);
  expect(check({ uid: 10_000, runIsWritable: false })[0]?.hint).toContain(",mode=1777");
});

test.each([
  ["CHOWN", 0n, false],
  ["KILL", 5n, true],
  ["SETGID", 6n, true],
  ["SETUID", 7n, true],
])("checkPreflight() misses the capability %s", (name, bit, fatal) => {
  const problems = check({ capabilities: USUAL.capabilities & ~(1n << bit) });
  expect(problems.length).toBe(1);
  expect(problems[0]?.fatal).toBe(fatal);
  expect(problems[0]?.message).toEndWith(`: the capability ${name} is missing`);
  expect(problems[0]?.hint).toStartWith(`add --cap-add ${name} to docker run`);
});

test("parseEffectiveCapabilities() reads CapEff, and none if it is not there", () => {
  const status = "Name:\thermes\nCapPrm:\tffffffffffffffff\nCapEff:\t00000000a80425fb\n";
  expect(parseEffectiveCapabilities(status)).toBe(0xa80425fbn);
  expect(parseEffectiveCapabilities("")).toBe(0n);
});

test("readPreflightFacts() gathers what the kernel says", () => {
  const host = new FakeHost({ uid: 0, users: [HERMES] });
  host.disk.putDirectory("/run");
  host.disk.putFile("/proc/self/status", "CapEff:\t0000000000000001\n");
  host.disk.putFile("/proc/self/mountinfo", "30 1 0:5 / /run rw,noexec - tmpfs tmpfs rw\n");
  expect(readPreflightFacts(host)).toMatchObject({
    uid: 0,
    hermes: { uid: 10_000, gid: 10_000 },
    hasInit: false,
    capabilities: 1n,
    runIsWritable: true,
    runOptions: ["rw", "noexec"],
  });
});

test.each([
  ["present", true],
  ["not-permitted", true],
  ["absent", false],
] as const)("readPreflightFacts() asks who listens to s6-svscan: %s", (reader, hasInit) => {
  const host = new FakeHost();
  host.disk.putFifo("/run/service/.s6-svscan/control", reader);
  expect(readPreflightFacts(host).hasInit).toBe(hasInit);
});

test.each([null, { uid: 0, gid: 0 }])(
  "checkPreflight() refuses root and unexpected uids if hermes is %j in /etc/passwd",
  (hermes) => {
    for (const uid of [0, 1234]) {
      const problems = check({ uid, hermes });
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatchObject({ fatal: true });
      expect(problems[0]?.message).toStartWith(
        "Cannot drop from root to hermes: /etc/passwd has no",
      );
    }
  },
);

test("checkPreflight() warns of what lets hermes decide what root runs", () => {
  const exposed = [
    { variable: "PATH", path: "/opt/data/bin" },
    { variable: "LD_PRELOAD", path: "/opt/data/x.so" },
  ];
  expect(check({ exposed })).toEqual([
    {
      fatal: false,
      message: "PATH lets hermes decide what root runs: it can write to /opt/data/bin",
      hint: "put that directory at the end of PATH (docs/privileges.md)",
    },
    {
      fatal: false,
      message: "LD_PRELOAD lets hermes decide what root runs: it can write to /opt/data/x.so",
      hint: "leave LD_PRELOAD out, or name what root owns (docs/privileges.md)",
    },
  ]);
  expect(check({ exposed, uid: 10_000, gid: 10_000 })).toEqual([]);
});

test.each([
  [{ PATH: "/usr/bin:/bin" }, []],
  [{ PATH: "/usr/bin:/opt/data/.local/bin" }, []],
  [
    { PATH: "/opt/data/.local/bin:/srv/own:/srv/root:/usr/bin" },
    ["/opt/data/.local/bin", "/srv/own"],
  ],
  [{ PATH: "/usr/bin", HERMES_GIVEN_PATH: "/opt/data/x:/bin" }, ["/opt/data/x"]],
  [{ PATH: "relative::/usr/bin", LD_LIBRARY_PATH: "/srv/root:/opt/data/lib" }, ["/opt/data/lib"]],
  [{ HERMES_HOME: "/srv/own", LD_PRELOAD: "/srv/own/a.so libfaketime.so" }, ["/srv/own/a.so"]],
])("readPreflightFacts() with %j finds that hermes can write to %j", (environment, paths) => {
  const host = new FakeHost({ uid: 0, users: [HERMES], environment });
  for (const path of ["/opt/data", "/srv/own"]) host.disk.putDirectory(path, { uid: 10_000 });
  host.disk.putDirectory("/srv/root");
  expect(readPreflightFacts(host).exposed.map(({ path }) => path)).toEqual(paths);
});

test("checkPreflight() refuses a second directory of bundles, which hides the image's", () => {
  expect(check({ hasHiddenBundles: true })).toEqual([
    {
      fatal: true,
      message:
        "Cannot start the image's services: s6-overlay reads /etc/s6-overlay/s6-rc.d/user and not /etc/s6-overlay/user-bundles.d/user",
      hint: "move what is in /etc/s6-overlay/s6-rc.d/user/contents.d to /etc/s6-overlay/user-bundles.d/user/contents.d, and remove /etc/s6-overlay/s6-rc.d/user",
    },
  ]);
});

test("readPreflightFacts() finds the image's bundle hidden only if both directories are there", () => {
  const host = new FakeHost();
  host.disk.putFile("/usr/local/lib/hermes/s6-overlay-init", "");
  for (const name of ["main-hermes", "dashboard", "registrar"]) {
    host.disk.putFile(`/etc/s6-overlay/user-bundles.d/user/contents.d/${name}`, "");
  }
  expect(readPreflightFacts(host).hasHiddenBundles).toBe(false);
  host.disk.putFile("/etc/s6-overlay/s6-rc.d/user/contents.d/mine", "");
  expect(readPreflightFacts(host).hasHiddenBundles).toBe(true);
});

test("checkPreflight() refuses a limit of processes that the boot does not fit into, and says what to raise", () => {
  expect(check({ taskLimit: 32 })).toEqual([]);
  expect(check({ taskLimit: 20 })).toEqual([
    {
      fatal: true,
      message: "Cannot boot: the container may have 20 processes, and the boot alone takes 32",
      hint: "pass a higher --pids-limit to docker run (`pids_limit` in Compose): threads count, 128 is enough for a few gateways",
    },
  ]);
});

test.each([
  ["/sys/fs/cgroup/pids.max", "20\n", 20],
  ["/sys/fs/cgroup/pids.max", "max\n", null],
  ["/sys/fs/cgroup/pids/pids.max", "20\n", 20],
  ["/elsewhere", "20\n", null],
])("readPreflightFacts() takes the limit of processes from %s", (path, text, limit) => {
  const host = new FakeHost();
  host.disk.putFile(path, text);
  expect(readPreflightFacts(host).taskLimit).toBe(limit);
});

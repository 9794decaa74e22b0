import { expect, test } from "bun:test";
import { observeVolume, sweepStaleFiles } from "../../../src/boot/observe.ts";
import { FakeHost } from "../../support/fake-host.ts";

const STATE = "/vol/profiles/coder/gateway_state.json";

function volume(...profiles: readonly string[]): FakeHost {
  const host = new FakeHost();
  host.disk.putDirectory("/vol/profiles");
  for (const name of profiles) host.disk.putFile(`/vol/profiles/${name}/SOUL.md`, "soul");
  return host;
}

/** All but the root profile, which is always the first. */
const observe = (host: FakeHost) => observeVolume(host, "/vol").slice(1);

/** What the volume says of profile coder, while a healthy one stands beside it. */
function stateOf(prepare: (host: FakeHost) => void) {
  const host = volume("coder", "writer");
  host.disk.putFile("/vol/profiles/writer/gateway_state.json", '{"gateway_state": "running"}');
  prepare(host);
  const observations = observe(host);
  expect(observations).toContainEqual({
    kind: "profile",
    name: "writer",
    state: {
      reportedState: "running",
      desired: null,
      priorExit: "unknown",
      problem: null,
    },
  });
  const coder = observations.find(({ name }) => name === "coder");
  return coder?.kind === "profile" ? coder.state : null;
}

const withText = (content: string | Uint8Array) =>
  stateOf((host) => host.disk.putFile(STATE, content));

test("observeVolume() sees the state and the desired state of a profile", () => {
  expect(withText('{"gateway_state": "draining", "desired_state": "stopped"}')).toEqual({
    reportedState: "draining",
    desired: "stopped",
    priorExit: "unknown",
    problem: null,
  });
});

test("observeVolume() knows from the history how that process ended", () => {
  const exit = {
    at: 1,
    pid: 50,
    startTime: 5000,
    code: 1,
    signal: null,
    ranMs: 1,
    meaning: "crashed",
    reason: "crashed with exit code 1",
    backoffMs: 1000,
  };
  const observed = stateOf((host) => {
    host.disk.putFile(STATE, '{"gateway_state": "running", "pid": 50, "start_time": 5000}');
    const history = STATE.replace("gateway_state", "gateway_exits");
    host.disk.putFile(history, JSON.stringify({ version: 1, exits: [exit] }));
  });
  expect(observed).toMatchObject({ priorExit: "unclean" });
});

test("observeVolume() sees that there is no state file", () => {
  expect(stateOf(() => undefined)).toEqual(null);
});

test.each([
  ["an empty file", "", "state file is not JSON"],
  ["no JSON", "hello", "state file is not JSON"],
  ["[]", "[]", "state file is not an object"],
  ["null", "null", "state file is not an object"],
  [
    "UTF-16",
    Buffer.from('\uFEFF{"gateway_state": "running"}', "utf16le"),
    "state file is not JSON",
  ],
  ["binary", new Uint8Array(4096).fill(0xff), "state file is not JSON"],
])("observeVolume() cannot read a state file that is %s", (_, content, reason) => {
  expect(withText(content)).toEqual({
    reportedState: null,
    desired: null,
    priorExit: null,
    problem: reason,
  });
});

test.each([
  [
    "200 MB",
    (host: FakeHost) => host.disk.putFile(STATE, "{}", { size: 200_000_000 }),
    "state file is larger than 1048576 bytes",
  ],
  ["a directory", (host: FakeHost) => host.disk.putDirectory(STATE), "state file is a directory"],
  ["a FIFO", (host: FakeHost) => host.disk.putFifo(STATE, "absent"), "state file is a fifo"],
  ["a socket", (host: FakeHost) => host.disk.putSocket(STATE), "state file is a socket"],
  [
    "a dangling link",
    (host: FakeHost) => host.disk.putLink(STATE, "/nowhere"),
    "state file is a link that leads nowhere",
  ],
  [
    "somebody else's",
    (host: FakeHost) => {
      host.disk.putFile(STATE, "{}");
      host.disk.fail(STATE, "read", "EACCES");
    },
    "state file cannot be read: permission denied",
  ],
])("observeVolume() cannot read a state file that is %s", (_, prepare, reason) => {
  expect(stateOf(prepare)).toEqual({
    reportedState: null,
    desired: null,
    priorExit: null,
    problem: reason,
  });
});

test("observeVolume() puts the root profile first, with its own state file", () => {
  const host = volume("coder");
  host.disk.putFile("/vol/gateway_state.json", '{"desired_state": "running"}');
  expect(observeVolume(host, "/vol")[0]).toEqual({
    kind: "profile",
    name: "default",
    state: {
      reportedState: null,
      desired: "running",
      priorExit: null,
      problem: null,
    },
  });
});

test("observeVolume() knows the root profile if there are no profiles at all", () => {
  expect(observeVolume(new FakeHost(), "/vol")).toEqual([
    { kind: "profile", name: "default", state: null },
  ]);
});

test("observeVolume() does not take a directory without SOUL.md for a profile", () => {
  const host = volume();
  host.disk.putFile("/vol/profiles/notes/config.yaml", "");
  host.disk.putFile("/vol/profiles/README", "");
  host.disk.putFile("/vol/profiles/.coder.tmp-12/SOUL.md", "");
  expect(observe(host)).toEqual([]);
});

test.each(["Coder", "two words", "a\nb", "x".repeat(300), "-p", "a.b", "root", "hermes"])(
  "observeVolume() rejects the name %j with a reason",
  (name) => {
    const observations = observe(volume(name, "coder"));
    expect(observations).toContainEqual({
      kind: "profile",
      name: "coder",
      state: null,
    });
    const rejected = observations.flatMap((one) => (one.kind === "rejected" ? [one] : []));
    expect(rejected.map((one) => one.name)).toEqual([name]);
    expect(rejected[0]?.reason).toMatch(/^names are |is reserved$/);
  },
);

test("observeVolume() rejects profiles/default under a name that is not the root profile's", () => {
  expect(observe(volume("default"))).toEqual([
    {
      kind: "rejected",
      name: "profiles/default",
      reason: "'default' is the root profile; profiles/default is not used",
    },
  ]);
});

test("observeVolume() has nothing to say of a profiles/default in which the agent keeps its own", () => {
  const host = volume();
  host.disk.putFile("/vol/profiles/default/pairing/telegram.json", "{}");
  expect(observe(host)).toEqual([]);
});

test("observeVolume() reads the desired state beside a wrong value, and names that", () => {
  expect(withText('{"desired_state": "running", "pid": "123"}')).toMatchObject({
    desired: "running",
    problem: "state file has an invalid pid",
  });
});

test("observeVolume() follows links: a profile's directory, its SOUL.md and its state file", () => {
  const host = volume("files");
  host.disk.putFile("/data/SOUL.md", "soul");
  host.disk.putFile("/data/state", '{"desired_state": "running"}');
  host.disk.putLink("/vol/profiles/files/gateway_state.json", "/data/state");
  host.disk.putLink("/vol/profiles/mounted/SOUL.md", "/data/SOUL.md");
  const running = { desired: "running" };
  expect(observe(host)).toMatchObject([
    { kind: "profile", name: "files", state: running },
    { kind: "profile", name: "mounted", state: null },
  ]);
  host.disk.followsLinks = false;
  const refused = "is a link, and root follows none";
  expect(observe(host)).toMatchObject([
    { name: "files", state: { problem: `state file ${refused}` } },
    { kind: "profile", name: "mounted", state: null },
  ]);
});

test.each([
  [
    "a link to another profile",
    (host: FakeHost) => host.disk.putLink("/vol/profiles/odd", "/vol/profiles/coder"),
    "it is a link to profile 'coder'",
  ],
  [
    "a link to the volume itself",
    (host: FakeHost) => host.disk.putLink("/vol/profiles/odd", "/vol"),
    "it is a link to profile 'default'",
  ],
  [
    "a link that leads nowhere",
    (host: FakeHost) => host.disk.putLink("/vol/profiles/odd", "/nowhere"),
    "it is a link that leads nowhere",
  ],
  [
    "a link to a file",
    (host: FakeHost) => host.disk.putLink("/vol/profiles/odd", "/vol/profiles/coder/SOUL.md"),
    "it is a link to a file",
  ],
  [
    "a directory whose SOUL.md is a directory",
    (host: FakeHost) => host.disk.putDirectory("/vol/profiles/odd/SOUL.md"),
    "its SOUL.md is a directory",
  ],
  [
    "a directory whose SOUL.md is a FIFO",
    (host: FakeHost) => host.disk.putFifo("/vol/profiles/odd/SOUL.md", "absent"),
    "its SOUL.md is a fifo",
  ],
  [
    "a directory whose SOUL.md leads to a directory",
    (host: FakeHost) => host.disk.putLink("/vol/profiles/odd/SOUL.md", "/vol"),
    "its SOUL.md is a link to a directory",
  ],
  [
    "a directory whose SOUL.md leads nowhere",
    (host: FakeHost) => host.disk.putLink("/vol/profiles/odd/SOUL.md", "/nowhere"),
    "its SOUL.md is a link that leads nowhere",
  ],
] as const)("observeVolume() rejects %s", (_, prepare, reason) => {
  const host = volume("coder");
  host.disk.putFile("/vol/SOUL.md", "soul");
  prepare(host);
  expect(observe(host)).toEqual([
    { kind: "profile", name: "coder", state: null },
    { kind: "rejected", name: "odd", reason },
  ]);
});

test("observeVolume() rejects a name that is not UTF-8, as people can read it", () => {
  const host = volume("coder");
  host.disk.putUndecodable("/vol/profiles", "caf%E9", ".hidden%E9");
  expect(observe(host).slice(1)).toEqual([
    { kind: "rejected", name: "caf%E9", reason: "its name is not UTF-8" },
  ]);
});

test("observeVolume() knows a profile on a volume that ignores case by the name that commands use", () => {
  const host = volume("Coder");
  host.disk.ignoresCase = true;
  host.disk.putFile("/vol/profiles/Coder/gateway_state.json", '{"desired_state": "running"}');
  expect(observe(host)).toMatchObject([
    { kind: "profile", name: "coder", state: { desired: "running" } },
  ]);
});

test("observeVolume() rejects a directory that it may not read, and goes on", () => {
  const host = volume("coder", "secret");
  host.disk.fail("/vol/profiles/secret", "read", "EACCES");
  expect(observe(host)).toEqual([
    { kind: "profile", name: "coder", state: null },
    {
      kind: "rejected",
      name: "secret",
      reason: "cannot read the profile directory: permission denied",
    },
  ]);
});

test("observeVolume() changes nothing", () => {
  const host = volume("coder", "Bad", "default");
  host.disk.putFile("/vol/profiles/coder/gateway.pid", "12");
  const before = host.disk.snapshot();
  observeVolume(host, "/vol");
  expect(host.disk.snapshot()).toEqual(before);
});

test("sweepStaleFiles() removes what means nothing in a new container, and no more", () => {
  const host = volume("coder", "writer");
  for (const profile of ["/vol", "/vol/profiles/coder", "/vol/profiles/writer"]) {
    for (const name of ["gateway.pid", "processes.json", "gateway_state.json"]) {
      host.disk.putFile(`${profile}/${name}`, "{}");
    }
  }
  const observed = observeVolume(host, "/vol").filter(({ name }) => name !== "writer");
  expect(sweepStaleFiles(host, "/vol", observed)).toEqual([]);
  for (const profile of ["/vol", "/vol/profiles/coder"]) {
    expect(host.disk.has(`${profile}/gateway.pid`)).toBe(false);
    expect(host.disk.has(`${profile}/processes.json`)).toBe(false);
    expect(host.disk.has(`${profile}/gateway_state.json`)).toBe(true);
  }
  expect(host.disk.has("/vol/profiles/writer/gateway.pid")).toBe(true);
});

test("sweepStaleFiles() removes halves that a killed command left, and nothing like them", () => {
  const host = volume("coder");
  const halves = [".coder.tmp-12"];
  const others = [
    ".coder",
    ".coder.deleted-34",
    ".git",
    ".coder.tmp",
    "coder.tmp-12",
    ".Coder.tmp-1",
    ".x.tmp-1.bak",
  ];
  for (const name of [...halves, ...others]) host.disk.putFile(`/vol/profiles/${name}/SOUL.md`, "");
  sweepStaleFiles(host, "/vol", observeVolume(host, "/vol"));
  for (const name of halves) expect(host.disk.has(`/vol/profiles/${name}`)).toBe(false);
  for (const name of others) expect(host.disk.has(`/vol/profiles/${name}`)).toBe(true);
});

test("sweepStaleFiles() returns what it could not remove, and goes on", () => {
  const host = volume("coder", "writer");
  host.disk.putFile("/vol/profiles/coder/gateway.pid", "12");
  host.disk.putFile("/vol/profiles/writer/gateway.pid", "12");
  host.disk.fail("/vol/profiles/coder", "write", "EROFS");
  expect(sweepStaleFiles(host, "/vol", observeVolume(host, "/vol"))).toEqual([
    "cannot remove the stale /vol/profiles/coder/gateway.pid: read-only file system",
  ]);
  expect(host.disk.has("/vol/profiles/writer/gateway.pid")).toBe(false);
});

test("sweepStaleFiles() says nothing of a read-only volume without stale files", () => {
  const host = volume("coder");
  host.disk.fail("/vol", "write", "EROFS");
  expect(sweepStaleFiles(host, "/vol", observeVolume(host, "/vol"))).toEqual([]);
});

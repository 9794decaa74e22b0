import { expect, test } from "bun:test";
import { MAIN_WRAPPER } from "../../../src/core/image.ts";
import { reconcile } from "../../../src/boot/reconcile.ts";
import { FakeHost, HERMES, type FakeHostOptions } from "../../support/fake-host.ts";
import { installS6 } from "../../support/fake-s6.ts";
import { systemError } from "../../support/system-error.ts";

const SCAN = "/run/service";
const LOG = "/vol/logs/container-boot.log";

function container(words: readonly string[] = [], options: FakeHostOptions = {}) {
  const host = new FakeHost({ uid: 10_000, ...options });
  const s6 = installS6(host);
  host.disk.putDirectory("/vol/profiles");
  host.table.start(1, { argv: ["/init", MAIN_WRAPPER, ...words] });
  return { host, s6 };
}

function addProfile(host: FakeHost, name: string, state?: string): void {
  host.disk.putFile(`/vol/profiles/${name}/SOUL.md`, "");
  if (state !== undefined) host.disk.putFile(`/vol/profiles/${name}/gateway_state.json`, state);
}

async function stepsOf(host: FakeHost, dryRun = false) {
  const report = await reconcile(host, "/vol", dryRun);
  return report.kind === "steps"
    ? report.steps.map(({ profile, action, reason }) => [profile, action, reason])
    : report.reason;
}

test("reconcile() publishes a slot for every profile, with `down` if it is not to start", async () => {
  const { host, s6 } = container();
  addProfile(host, "coder", '{"desired_state": "running"}');
  addProfile(host, "writer", '{"gateway_state": "stopped"}');
  expect(await stepsOf(host)).toEqual([
    ["default", "registered", null],
    ["coder", "started", null],
    ["writer", "registered", null],
  ]);
  expect(host.disk.has(`${SCAN}/gateway-coder/down`)).toBe(false);
  expect(host.disk.has(`${SCAN}/gateway-writer/down`)).toBe(true);
  expect(host.disk.has(`${SCAN}/gateway-default/down`)).toBe(true);
  expect(s6.services.size).toBe(3);
  expect(host.disk.text(LOG)?.split("\n").length).toBe(4);
});

test("reconcile() plans and touches nothing in a dry run", async () => {
  const { host } = container();
  addProfile(host, "coder", '{"desired_state": "running"}');
  host.disk.putFile("/vol/profiles/coder/gateway.pid", "12");
  const before = host.disk.snapshot();
  expect(await stepsOf(host, true)).toEqual([
    ["default", "registered", null],
    ["coder", "started", null],
  ]);
  expect(host.disk.snapshot()).toEqual(before);
});

test("reconcile() does nothing if the container's command is the dashboard", async () => {
  const { host } = container(["dashboard"]);
  addProfile(host, "coder");
  const before = host.disk.snapshot();
  expect(await stepsOf(host)).toBe("the container's command is the dashboard");
  expect(host.disk.snapshot()).toEqual(before);
});

test.each([
  [["gateway", "run"], {}, "started"],
  [["gateway", "run", "--no-supervise"], {}, "registered"],
  [["gateway", "run"], { HERMES_GATEWAY_NO_SUPERVISE: "1" }, "registered"],
  [["chat"], {}, "registered"],
  [[], { HERMES_GATEWAY_BOOTSTRAP_STATE: "running" }, "started"],
  [[], { HERMES_GATEWAY_BOOTSTRAP_STATE: "stopped" }, "registered"],
  [[], { HERMES_GATEWAY_BOOTSTRAP_STATE: "1" }, "registered"],
])(
  "reconcile() of a new volume with command %j and %j: default is %s",
  async (words, environment, action) => {
    const { host } = container(words, { environment: { ...environment } });
    expect(await stepsOf(host)).toEqual([["default", action, null]]);
  },
);

test("reconcile() leaves a gateway that is supervised already as it is", async () => {
  const { host, s6 } = container();
  addProfile(host, "coder", '{"desired_state": "stopped"}');
  host.disk.putFile(`${SCAN}/gateway-coder/run`, "mine");
  s6.supervise(`${SCAN}/gateway-coder`, { up: true });
  expect(await stepsOf(host)).toEqual([
    ["default", "registered", null],
    ["coder", "skipped", "already supervised"],
  ]);
  expect(host.disk.text(`${SCAN}/gateway-coder/run`)).toBe("mine");
});

test("reconcile() skips a slot that cannot be published, and goes on", async () => {
  const { host } = container();
  addProfile(host, "coder");
  addProfile(host, "writer");
  host.disk.fail(`${SCAN}/gateway-coder`, "write", "EIO");
  expect(await stepsOf(host)).toEqual([
    ["default", "registered", null],
    ["coder", "skipped", "Cannot publish gateway 'coder' in /run/service: input/output error"],
    ["writer", "registered", null],
  ]);
});

test("reconcile() makes every FIFO of a boot in one process", async () => {
  const { host } = container();
  for (const name of ["a", "b", "c"]) addProfile(host, name);
  await reconcile(host, "/vol", false);
  expect(host.table.commands.filter(([program]) => program === "/usr/bin/mkfifo").length).toBe(1);
});

test("reconcile() publishes a gateway whose link cannot be made", async () => {
  const { host } = container();
  addProfile(host, "coder");
  host.disk.putDirectory("/run/hermes-alias");
  host.files.createLink = () => {
    throw systemError("ENOSPC");
  };
  expect(await stepsOf(host)).toContainEqual(["coder", "registered", null]);
  expect(host.notes).toEqual([
    "warning: cannot make the link named after profile 'coder': no space left on device",
  ]);
});

test("reconcile() counts the services that are no gateways, and its own slots not twice", async () => {
  const { host } = container();
  for (let index = 0; index < 996; index += 1) host.disk.putDirectory(`${SCAN}/other-${index}`);
  host.disk.putDirectory(`${SCAN}/gateway-coder/log`);
  for (const name of ["coder", "writer"]) addProfile(host, name, '{"desired_state": "running"}');
  expect(await stepsOf(host)).toEqual([
    ["default", "skipped", "s6-svscan has no place left"],
    ["coder", "started", null],
    ["writer", "started", null],
  ]);
});

test("reconcile() as root validates every name of the other phase again", async () => {
  const { host } = container([], { uid: 0, users: [HERMES] });
  const step = {
    priorState: null,
    desired: null,
    priorExit: null,
    action: "started",
    reason: null,
  } as const;
  const plan = ["../../etc/cron.d/x", "a b", "--help", "coder"];
  host.table.install("hermes-boot", ([, part]) => ({
    stdout: part === "prepare" ? JSON.stringify(plan.map((profile) => ({ ...step, profile }))) : "",
  }));
  const steps = await stepsOf(host);
  expect(Array.isArray(steps) && steps.map(([, action]) => action)).toEqual([
    "skipped",
    "skipped",
    "skipped",
    "started",
  ]);
  expect(host.disk.has("/etc/cron.d")).toBe(false);
  expect(host.disk.has(`${SCAN}/gateway-coder/run`)).toBe(true);
});

test("reconcile() registers the root profile even if the volume cannot be observed", async () => {
  const { host } = container([], { uid: 0, users: [HERMES] });
  host.table.install("hermes-boot", () => ({ exitCode: null, timedOut: true }));
  expect(await stepsOf(host)).toEqual([
    ["default", "registered", "the volume could not be observed"],
  ]);
  expect(host.disk.has(`${SCAN}/gateway-default/down`)).toBe(true);
  expect(host.notes).toContain("✗ Cannot prepare the volume as hermes: the child took too long");
});

test.each(["EROFS", "ENOSPC"])("reconcile() goes on if the volume says %s", async (code) => {
  const { host } = container();
  addProfile(host, "coder", '{"desired_state": "running"}');
  host.disk.fail("/vol", "write", code);
  expect(await stepsOf(host)).toEqual([
    ["default", "registered", null],
    ["coder", "started", null],
  ]);
  expect(host.stdout).toContain("profile=coder prior_state=None action=started");
});

test("reconcile() sweeps stale files before it starts anything, and makes the aliases", async () => {
  const { host } = container([], { uid: 0 });
  host.disk.putDirectory("/run/hermes-alias");
  addProfile(host, "coder", '{"desired_state": "running"}');
  host.disk.putFile("/vol/profiles/coder/gateway.pid", "12");
  await stepsOf(host);
  expect(host.disk.has("/vol/profiles/coder/gateway.pid")).toBe(false);
  expect(host.disk.has("/run/hermes-alias/coder")).toBe(true);
});

test("reconcile() says what the other phase could not do, and goes on", async () => {
  const { host } = container([], { uid: 0, users: [HERMES] });
  host.table.install("hermes-boot", ([, part]) =>
    part === "prepare" ? { stdout: JSON.stringify([]) } : { exitCode: 1 },
  );
  expect(await stepsOf(host)).toEqual([]);
  expect(host.notes).toEqual(["warning: Cannot log the volume as hermes: the child ended with 1"]);
});

test.each([
  [["gateway", "run", "--no-supervise"], "default"],
  [["-p", "Coder", "gateway", "run", "--no-supervise"], "coder"],
])(
  "reconcile() leaves down what the container's command %j runs itself",
  async (words, foreground) => {
    const { host } = container(words);
    const RUNNING = '{"desired_state": "running"}';
    host.disk.putFile("/vol/gateway_state.json", RUNNING);
    addProfile(host, "coder", RUNNING);
    const reason = "the container's command is this gateway";
    expect(await stepsOf(host)).toEqual(
      ["default", "coder"].map((name) =>
        name === foreground ? [name, "registered", reason] : [name, "started", null],
      ),
    );
    expect(host.disk.has(`${SCAN}/gateway-${foreground}/down`)).toBe(true);
  },
);

test("reconcile() starts the default gateway of a new volume for `-p default gateway run`, no other", async () => {
  const { host } = container(["-p", "default", "gateway", "run"]);
  expect(await stepsOf(host)).toEqual([["default", "started", null]]);
  const { host: other } = container(["-p", "coder", "gateway", "run"]);
  addProfile(other, "coder");
  expect(await stepsOf(other)).toEqual([
    ["default", "registered", null],
    ["coder", "registered", null],
  ]);
});

test("reconcile() writes down the desired state of what it starts without one, before it starts", async () => {
  const { host } = container();
  addProfile(host, "coder", '{"gateway_state": "running"}');
  let desired: unknown = null;
  host.table.install("s6-svscanctl", () => {
    desired = host.disk.text("/vol/profiles/coder/gateway_state.json");
    return {};
  });
  await stepsOf(host);
  expect(desired).toContain('"desired_state": "running"');
});

import { expect, test } from "bun:test";
import type { BuiltInAgent } from "../../../src/agent/built-in.ts";
import { AppError, type ErrorCode } from "../../../src/core/errors.ts";
import { parseJson } from "../../../src/core/json.ts";
import { recordStartupFailure, runGateway } from "../../../src/gateway/run.ts";
import { DEFAULT_PROFILE } from "../../../src/profiles/name.ts";
import { announceStop } from "../../../src/gateway/record/stop-notice.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { profileName } from "../../support/names.ts";
import { testAgent } from "../../support/test-agent.ts";

const CODER = profileName("coder");
const PROFILE = "/vol/profiles/coder";
const SOCKET = "/run/user/hermes/gateway-coder.sock";
const LOCK = "/run/user/hermes/gateway-coder.lock";

function installation() {
  const host = new FakeHost({
    uid: 0,
    argv: ["hermes", "-p", "coder", "gateway", "run"],
    environment: { XDG_RUNTIME_DIR: "/run/user" },
  });
  host.disk.putFile(`${PROFILE}/SOUL.md`, "");
  const run = (name = CODER, supervised = false, agent: Partial<BuiltInAgent> = {}) =>
    runGateway(host, {
      root: "/vol",
      name,
      replace: false,
      supervised,
      loadAgent: async () => testAgent(agent),
      endRequested: host.self.waitForEndSignal(),
    });
  const state = () => parseJson(host.disk.text(`${PROFILE}/gateway_state.json`) ?? "");
  return { host, run, state };
}

async function get(host: FakeHost, path: string, listener = SOCKET): Promise<Response> {
  const answer = host.listeners.get(listener);
  if (answer === undefined) throw new Error(`Nobody listens on ${listener}`);
  return answer(new Request(`http://localhost${path}`));
}

const health = async (host: FakeHost): Promise<unknown> => (await get(host, "/health")).json();

/** Lets everything happen that is due. */
const settle = () => Bun.sleep(0);

test("runGateway() owns the profile, records itself and answers /health while it runs", async () => {
  const { host, run, state } = installation();
  const ended = run();
  await settle();
  expect(state()).toEqual({
    gateway_state: "running",
    pid: 4242,
    kind: "hermes-gateway",
    argv: ["hermes", "-p", "coder", "gateway", "run"],
    start_time: 424_200,
    hermes_home: PROFILE,
    exit_reason: null,
    updated_at: "2026-11-20T07:23:05.000Z",
  });
  expect(parseJson(host.disk.text(`${PROFILE}/gateway.pid`) ?? "")).toMatchObject({
    pid: 4242,
    kind: "hermes-gateway",
    start_time: 424_200,
  });
  expect(host.isLocked(LOCK)).toBe(true);
  expect(await health(host)).toEqual({ status: "running", profile: "coder", pid: 4242 });
  expect((await get(host, "/other")).status).toBe(404);
  host.end("SIGTERM");
  await ended;
});

test("runGateway() leaves `running` behind at the container's end, so that it comes back", async () => {
  const { host, run, state } = installation();
  const ended = run();
  await settle();
  host.end("SIGTERM");
  await ended;
  expect(state()).toMatchObject({ gateway_state: "running", exit_reason: "SIGTERM" });
  expect(host.disk.has(`${PROFILE}/gateway.pid`)).toBe(false);
  expect(host.disk.has(SOCKET)).toBe(false);
  expect(host.isLocked(LOCK)).toBe(false);
});

test("runGateway() records `stopped` if a stop was announced to it", async () => {
  const { host, run, state } = installation();
  const ended = run();
  await settle();
  announceStop(host, CODER, { pid: 4242, startTime: 424_200 }, "stop");
  host.end("SIGTERM");
  await ended;
  expect(state()).toMatchObject({ gateway_state: "stopped", exit_reason: "stop" });
});

test("runGateway() does not take an earlier process's stop for its own", async () => {
  const { host, run, state } = installation();
  announceStop(host, CODER, { pid: 4242, startTime: 1 }, "stop");
  const ended = run();
  await settle();
  host.end("SIGTERM");
  await ended;
  expect(state()).toMatchObject({ gateway_state: "running" });
});

test("runGateway() keeps the desired state and what others wrote into the state file", async () => {
  const { host, run, state } = installation();
  host.disk.putFile(`${PROFILE}/gateway_state.json`, '{"desired_state": "running", "x": 1}');
  const ended = run();
  await settle();
  host.end("SIGTERM");
  await ended;
  expect(state()).toMatchObject({ desired_state: "running", x: 1, gateway_state: "running" });
});

test("runGateway() ends with 78 if the profile does not exist, and makes nothing", async () => {
  const { host, run } = installation();
  const before = host.disk.snapshot();
  expect(run(profileName("typo"))).rejects.toThrow(
    expect.objectContaining({ code: "no-such-profile", exitCode: 78 }),
  );
  expect(host.disk.snapshot()).toEqual(before);
});

test("runGateway() of the root profile needs no marker", async () => {
  const { host, run } = installation();
  const ended = run(DEFAULT_PROFILE);
  await settle();
  expect(host.disk.has("/vol/gateway_state.json")).toBe(true);
  host.end("SIGINT");
  await ended;
});

test("runGateway() runs on a volume that takes no writes, and says so once", async () => {
  const { host, run } = installation();
  host.disk.fail("/vol", "write", "EROFS");
  const ended = run();
  await settle();
  expect(await health(host)).toMatchObject({ status: "running" });
  host.end("SIGTERM");
  await ended;
  const warnings = host.notes.filter((line) => line.includes("state file"));
  expect(warnings).toEqual(["warning: cannot write the state file: read-only file system"]);
  expect(host.notes).toContain("warning: cannot write gateway.pid: read-only file system");
});

test("runGateway() passes through starting, running, draining, and says what it does", async () => {
  const { host, run } = installation();
  const ended = run();
  await settle();
  host.end("SIGTERM");
  await ended;
  const states = host.disk.written
    .filter(({ path }) => path.endsWith("gateway_state.json"))
    .map(({ text }) => /"gateway_state": "(\w+)"/.exec(text)?.[1]);
  expect(states).toEqual(["starting", "running", "draining", "running"]);
  expect(host.notes).toEqual([
    "Gateway 'coder' runs (pid 4242)",
    "Gateway 'coder' ended after SIGTERM",
  ]);
});

test("runGateway() says that it cannot listen", async () => {
  const { host, run } = installation();
  host.listeners.set(SOCKET, async () => new Response());
  expect(run()).rejects.toThrow("Cannot listen on the gateway's socket: EADDRINUSE");
});

test.each([
  { supervised: false, announced: null, signal: "SIGTERM", code: 0 },
  { supervised: true, announced: null, signal: "SIGTERM", code: 143 },
  { supervised: true, announced: null, signal: "SIGINT", code: 130 },
  { supervised: true, announced: "stop", signal: "SIGTERM", code: 0 },
  { supervised: true, announced: "restart", signal: "SIGTERM", code: 0 },
] as const)("runGateway() ends with the exit code that s6 acts on: %j", async (row) => {
  const { host, run } = installation();
  const ended = run(CODER, row.supervised);
  await settle();
  if (row.announced !== null) {
    announceStop(host, CODER, { pid: 4242, startTime: 424_200 }, row.announced);
  }
  host.end(row.signal);
  expect(await ended).toBe(row.code);
});

test("recordStartupFailure() leaves behind why the gateway could not start", () => {
  const { host, state } = installation();
  recordStartupFailure(host, "/vol", CODER, new AppError("configuration", "Cannot find the agent"));
  expect(state()).toMatchObject({
    gateway_state: "startup_failed",
    exit_reason: "Cannot find the agent",
    pid: 4242,
    start_time: 424_200,
  });
});

test.each(["already-running", "no-such-profile"] as const)(
  "recordStartupFailure() leaves the state file to its owner (%s)",
  (code: ErrorCode) => {
    const { host } = installation();
    const before = host.disk.snapshot();
    recordStartupFailure(host, "/vol", CODER, new AppError(code, "Cannot"));
    expect(host.disk.snapshot()).toEqual(before);
  },
);

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import * as v from "valibot";
import { parseExposition } from "../support/exposition.ts";
import type { Container } from "../container/harness/container.ts";
import { createVolume, type Volume } from "../container/harness/volume.ts";
import { waitFor } from "../container/harness/wait-for.ts";
import { bootContainer } from "../container/support/booted.ts";
import { parseGateways, type GatewayStatus } from "../container/support/status.ts";
import { onVolumeAsHermes, profileScript } from "../container/support/volume-content.ts";

/** An agent that behaves as the profile is called; the built-in one for those that are to be well. */
const AGENT = `
cat >agent <<'END'
#!/bin/sh
name=default
[ "$1" != -p ] || name=$2
case "$name" in
  starting) exec sleep 1000 ;;
  backoff) exit 1 ;;
  restarting)
    setsid sh -c 'trap "" TERM; while :; do sleep 1; done' &
    sleep 0.3
    exit 75
    ;;
  stopping)
    trap '' TERM
    while :; do sleep 1; done
    ;;
  parked)
    echo "no token" >&2
    exit 78
    ;;
  degraded)
    echo '{"desired_state":"running","gateway_state":"degraded","exit_reason":"no model","pid":'$$'}' >"$HERMES_HOME/profiles/degraded/gateway_state.json"
    exec sleep 1000
    ;;
esac
unset HERMES_AGENT
exec /usr/local/bin/hermes "$@"
END
chmod 0755 agent
`;

const RUNNING = [
  "ready",
  "degraded",
  "starting",
  "backoff",
  "restarting",
  "parked",
  "commanded",
  "unknown",
  "orphan",
];
/** The environment shortens it. */
const READY_SECONDS = 30;

const OTHERS = ["down", "stopping", "foreground"];

/** All that an operator can ask, and the first question again at the end: it holds for what is in between. */
const ASK = `
for question in 'status --json' status 'status --prometheus' 'doctor --json' 'gateway list'; do
  hermes $question
  echo "--- $?"
done
hermes -p "$1" gateway status >/dev/null 2>&1
code=$?
hermes status --json
exit "$code"
`;

/** The doctor's checks that are about gateways; that these profiles lack directories is another matter. */
const ABOUT_STATES: ReadonlySet<string> = new Set(["gateways", "state-files", "slots", "loggers"]);

const doctorSchema = v.object({
  findings: v.array(
    v.object({
      check: v.string(),
      severity: v.string(),
      message: v.string(),
      cause: v.nullable(v.string()),
    }),
  ),
});

interface Answers {
  readonly json: GatewayStatus;
  /** The gateway's line in the table. */
  readonly row: string;
  readonly metrics: ReturnType<typeof parseExposition>;
  /** What the doctor says of it. */
  readonly doctor: readonly {
    readonly check: string;
    readonly severity: string;
    readonly message: string;
    readonly cause: string | null;
  }[];
  /** The exit code of `hermes gateway status`. */
  readonly code: number;
}

/** A gateway's metric. */
function value({ metrics }: Answers, name: string, profile: string): number | null {
  return metrics.value(`hermes_gateway_${name}`, { profile });
}

/** What holds of every state. */
function expectState(profile: string, state: string, answers: Answers): void {
  const drifts = answers.json.drift !== null;
  expect(answers.row).toMatch(new RegExp(`^${profile} +\\S+ +${drifts ? "! +" : ""}${state} `));
  const { metrics } = answers;
  expect(metrics.value("hermes_gateway_state", { profile, state })).toBe(1);
  const up = state === "ready" || state === "foreground" ? 1 : 0;
  expect(value(answers, "up", profile)).toBe(up);
  expect(value(answers, "drift", profile)).toBe(drifts ? 1 : 0);
  const desired = { running: 1, stopped: 0, none: null }[answers.json.desired ?? "none"];
  expect(value(answers, "desired", profile)).toBe(desired);
  expect(value(answers, "restarts_total", profile)).toBe(answers.json.restarts);
}

describe("the states of gateways", () => {
  let volume: Volume;
  let container: Container;

  const asRoot = (script: string) => container.execOk("root", ["sh", "-c", script]);
  const asHermes = (script: string) => container.execOk("hermes", ["sh", "-c", script]);

  /** Asks until the gateway is in a state, and stays in it while all is asked. */
  async function observe(profile: string, state: string): Promise<Answers> {
    let answers: Answers | null = null;
    await waitFor(
      async () => {
        const result = await container.exec("hermes", ["sh", "-c", ASK, "sh", profile]);
        const [json = "", table = "", prometheus = "", doctor = "", list = "", again = ""] =
          result.stdout.split(/--- \d+\n/);
        const find = (text: string) => parseGateways(text).find((one) => one.profile === profile);
        const [before, after] = [find(json), find(again)];
        if (before?.state !== state || after?.state !== state) return false;
        const row = table.split("\n").find((line) => line.startsWith(`${profile} `)) ?? "";
        expect(list).toMatch(new RegExp(`^${profile} +${state}\\b`, "m"));
        const { findings } = v.parse(doctorSchema, JSON.parse(doctor));
        answers = {
          json: after,
          row,
          metrics: parseExposition(prometheus),
          doctor: findings
            .filter(({ check }) => ABOUT_STATES.has(check))
            .filter(({ message }) => message.includes(`'${profile}'`)),
          code: result.code,
        };
        return true;
      },
      { limit: 90_000, what: `gateway '${profile}' to be ${state}` },
    );
    if (answers === null) throw new Error("waitFor() came back without");
    return answers;
  }

  beforeAll(async () => {
    volume = await createVolume();
    const all = Object.fromEntries([...RUNNING, ...OTHERS].map((name) => [name, null]));
    const wanted = RUNNING.map(
      (name) => `echo '{"desired_state":"running"}' >'profiles/${name}/gateway_state.json'\n`,
    );
    await onVolumeAsHermes(volume, `${AGENT}${profileScript(all)}\n${wanted.join("")}`);
    container = await bootContainer({
      volumes: [`${volume.name}:/opt/data`],
      env: {
        HERMES_AGENT: "/opt/data/agent",
        HERMES_GATEWAY_STARTS: "16",
        HERMES_READY_TIMEOUT: `${READY_SECONDS}`,
      },
    });
  }, 120_000);

  afterAll(async () => {
    await container.remove();
    await volume[Symbol.asyncDispose]();
  });

  test("ready", async () => {
    const answers = await observe("ready", "ready");
    expectState("ready", "ready", answers);
    expect(answers.json).toMatchObject({
      detail: null,
      drift: null,
      reportedState: "running",
      restarts: 0,
    });
    expect(answers.row).toMatch(/^ready +running +ready +\d+\w+ +\d+ +0 +-/);
    expect(answers.doctor).toEqual([]);
    expect(answers.code).toBe(0);
  });

  test("ready, and degraded by its own account", async () => {
    const answers = await observe("degraded", "ready");
    expectState("degraded", "ready", answers);
    const detail = "it reports that it is degraded: no model";
    expect(answers.json).toMatchObject({ detail, reportedState: "degraded", drift: null });
    expect(answers.row).toEndWith(detail);
    expect(answers.doctor).toEqual([
      {
        check: "gateways",
        severity: "warning",
        message: "gateway 'degraded' is ready, but degraded",
        cause: detail,
      },
    ]);
  });

  test("starting", async () => {
    const answers = await observe("starting", "starting");
    expectState("starting", "starting", answers);
    expect(answers.json).toMatchObject({ drift: null, lastExit: null });
    expect(answers.json.pid).toBeGreaterThan(1);
    expect(answers.code).toBe(0);
    const isEarly = answers.doctor.length === 0;
    if (isEarly) expect(answers.json.secondsInState).toBeLessThanOrEqual(31);
  });

  test("backoff", async () => {
    const answers = await observe("backoff", "backoff");
    expectState("backoff", "backoff", answers);
    expect(answers.json.detail).toMatch(/^\d+ s after \d crash(?:es)?: crashed with exit code 1$/);
    expect(answers.json.restarts).toBe(answers.json.recentCrashes);
    expect(answers.row).toMatch(/ crashed \(exit 1\) \d+\w+ ago +\d+ s after \d crash/);
    expect(answers.doctor).toMatchObject([{ check: "gateways", severity: "problem" }]);
    expect(answers.doctor[0]?.message).toMatch(/^gateway 'backoff' crashes \(backoff\); /);
    expect(value(answers, "last_exit_code", "backoff")).toBe(1);
    expect(answers.code).toBe(3);
  });

  test("restarting", async () => {
    const answers = await observe("restarting", "restarting");
    expectState("restarting", "restarting", answers);
    expect(answers.json).toMatchObject({ pid: null, drift: null });
    expect(answers.doctor).toMatchObject([{ check: "gateways", severity: "problem" }]);
    expect(answers.code).toBe(3);
  });

  test("stopping", async () => {
    const slot = "/run/service/gateway-stopping";
    await asRoot(`s6-svc -u ${slot} && sleep 1 && s6-svc -d ${slot}`);
    const answers = await observe("stopping", "stopping");
    expectState("stopping", "stopping", answers);
    expect(answers.json.pid).toBeGreaterThan(1);
    expect(answers.doctor).toEqual([]);
    expect(answers.code).toBe(3);
  });

  test("parked", async () => {
    const answers = await observe("parked", "parked");
    expectState("parked", "parked", answers);
    const detail = "cannot run with this configuration (exit code 78; its last line: no token)";
    expect(answers.json).toMatchObject({ detail, drift: "should run, but is parked", pid: null });
    expect(answers.row).toEndWith(`should run, but is parked: ${detail}`);
    expect(answers.doctor).toEqual([
      {
        check: "gateways",
        severity: "problem",
        message:
          "gateway 'parked' is parked: it does not run until `gateway start` or a restart of the container",
        cause: detail,
      },
    ]);
    expect(value(answers, "last_exit_code", "parked")).toBe(78);
    expect(answers.code).toBe(3);
  });

  test("down", async () => {
    const answers = await observe("down", "down");
    expectState("down", "down", answers);
    expect(answers.json).toMatchObject({ desired: null, detail: null, drift: null, pid: null });
    expect(answers.doctor).toEqual([]);
    expect(value(answers, "last_exit_code", "down")).toBeNull();
    expect(answers.code).toBe(3);
  });

  test("down by `s6-svc -d`, which is an operator's stop", async () => {
    await observe("commanded", "ready");
    await asRoot("s6-svc -d /run/service/gateway-commanded");
    const answers = await observe("commanded", "down");
    expectState("commanded", "down", answers);
    expect(answers.json).toMatchObject({ desired: "stopped", drift: null });
    expect(answers.doctor).toEqual([]);
  });

  test("in the foreground", async () => {
    await asHermes(
      "hermes -p foreground gateway run --no-supervise </dev/null >/dev/null 2>&1 & sleep 1",
    );
    const answers = await observe("foreground", "foreground");
    expectState("foreground", "foreground", answers);
    expect(answers.json).toMatchObject({ reportedState: "running", drift: null });
    expect(answers.json.pid).toBeGreaterThan(1);
    expect(answers.json.secondsInState).toBeWithin(1, 120);
    expect(answers.doctor).toEqual([]);
    expect(answers.code).toBe(0);
  });

  test("not registered", async () => {
    await asHermes("mkdir /opt/data/profiles/byhand && touch /opt/data/profiles/byhand/SOUL.md");
    const answers = await observe("byhand", "not-registered");
    expectState("byhand", "not-registered", answers);
    expect(answers.json).toMatchObject({ pid: null, since: null, secondsInState: null });
    expect(answers.doctor.map(({ check, message }) => ({ check, message }))).toContainEqual({
      check: "slots",
      message: "profile 'byhand' has no slot",
    });
    expect(answers.code).toBe(3);
  });

  test("unknown", async () => {
    await observe("unknown", "ready");
    await asRoot("rm /run/service/gateway-unknown/supervise/status");
    const answers = await observe("unknown", "unknown");
    expectState("unknown", "unknown", answers);
    expect(answers.json.detail).toStartWith("s6-svstat on 'gateway-unknown' failed (rc=111): ");
    expect(answers.doctor).toMatchObject([{ check: "gateways", severity: "problem" }]);
    expect(answers.doctor[0]?.message).toStartWith("the state of gateway 'unknown' cannot be read");
    expect(value(answers, "state_seconds", "unknown")).toBeNull();
    expect(answers.code).toBe(1);
  });

  test("a slot whose profile is gone", async () => {
    await observe("orphan", "ready");
    await asHermes("rm -r /opt/data/profiles/orphan");
    const answers = await observe("orphan", "ready");
    expectState("orphan", "ready", answers);
    expect(answers.json.drift).toBe("has a slot, but its profile is gone");
    expect(answers.doctor.map(({ check, message }) => ({ check, message }))).toContainEqual({
      check: "slots",
      message: "gateway 'orphan' has a slot, but its profile is gone",
    });
  });

  test("starting for longer than a start may take", async () => {
    await waitFor(
      async () =>
        ((await observe("starting", "starting")).json.secondsInState ?? 0) > READY_SECONDS,
      {
        limit: 60_000,
        what: "the gateway to be late",
      },
    );
    const { doctor } = await observe("starting", "starting");
    expect(doctor).toMatchObject([{ check: "gateways", severity: "problem" }]);
    expect(doctor[0]?.message).toMatch(
      /^gateway 'starting' has been starting for \d+[sm] and is not ready$/,
    );
  });

  test("doctor --fix repairs slots, and leaves the rest", async () => {
    const { code, stdout } = await container.exec("root", ["hermes", "doctor", "--fix"]);
    expect(stdout).toContain("✓ Repaired: registered gateway 'byhand', down\n");
    expect(stdout).not.toContain("Repaired: removed the slot of gateway 'orphan'");
    expect(code).toBe(3);
    await observe("byhand", "down");
  });
});

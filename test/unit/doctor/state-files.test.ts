import { expect, test } from "bun:test";
import { EMPTY_RECORD } from "../../../src/gateway/record/exit-record.ts";
import { STATE_FILES } from "../../../src/doctor/state-files.ts";
import {
  makeInstallation,
  runCheck,
  runOnFault,
  type FaultCase,
} from "../../support/doctor-installation.ts";

const FAULTS: readonly FaultCase[] = [
  {
    title: "a state file that is not JSON",
    check: "state-files",
    cause: ({ disk }) => disk.putFile("/vol/profiles/coder/gateway_state.json", "{"),
    finding: {
      severity: "problem",
      message: "the desired state of gateway 'coder' is not known: it stays down at the next boot",
      cause: "state file is not JSON",
      remedy: "`hermes -p coder gateway start` or `stop` writes a new gateway_state.json",
    },
  },
  {
    title: "a state file with an invalid value beside a desired state",
    check: "state-files",
    cause: ({ disk }) =>
      disk.putFile(
        "/vol/profiles/coder/gateway_state.json",
        '{"desired_state": "running", "pid": "123"}',
      ),
    finding: {
      severity: "warning",
      message: "profile 'coder': values in gateway_state.json are ignored",
      cause: "state file has an invalid pid",
      remedy: "correct it in /vol/profiles/coder/gateway_state.json, and the program that wrote it",
    },
  },
  {
    title: "a state file with an invalid desired state",
    check: "state-files",
    cause: ({ disk }) =>
      disk.putFile("/vol/profiles/coder/gateway_state.json", '{"desired_state": "Running"}'),
    finding: {
      severity: "problem",
      message: "the desired state of gateway 'coder' is not known: it stays down at the next boot",
      cause: "state file has an invalid desired_state",
      remedy: "`hermes -p coder gateway start` or `stop` writes a new gateway_state.json",
    },
  },
  {
    title: "a gateway.pid with an invalid value",
    check: "state-files",
    cause: ({ disk }) => disk.putFile("/vol/gateway.pid", '{"pid": 12, "start_time": "soon"}'),
    finding: {
      severity: "warning",
      message: "profile 'default': values in gateway.pid are ignored",
      cause: "gateway.pid: has an invalid start_time",
      remedy: "correct it in /vol/gateway.pid, and the program that wrote it",
    },
  },
  {
    title: "an exit history with an invalid value",
    check: "state-files",
    cause: ({ disk }) =>
      disk.putFile(
        "/vol/gateway_exits.json",
        '{"version": 1, "exits": [{"at": 1, "code": "x"}, 7]}',
      ),
    finding: {
      severity: "warning",
      message: "profile 'default': values in gateway_exits.json are ignored",
      cause: "gateway_exits.json: has an invalid code, entry",
      remedy: "correct it in /vol/gateway_exits.json, and the program that wrote it",
    },
  },
  {
    title: "an exit record with an invalid value",
    check: "state-files",
    cause: ({ disk }) =>
      disk.putFile(
        "/run/hermes/gateway-coder.exits.json",
        JSON.stringify({ ...EMPTY_RECORD, crashes: ["x"], restarts: -1 }),
      ),
    finding: {
      severity: "warning",
      message: "profile 'coder': values in gateway-coder.exits.json are ignored",
      cause: "gateway-coder.exits.json: has an invalid crashes, restarts",
      remedy: "correct it in /run/hermes/gateway-coder.exits.json, and the program that wrote it",
    },
  },
];

test.each(FAULTS)("STATE_FILES report $title", async (fault) => {
  expect(await runOnFault([STATE_FILES], fault)).toMatchObject([fault.finding]);
});

test.each([["state-files", "every gateway_state.json can be read"]])(
  "STATE_FILES pass in order: %s",
  async (check, message) => {
    expect(await runCheck([STATE_FILES], check, makeInstallation())).toEqual([
      { severity: "ok", message },
    ]);
  },
);

test("STATE_FILES name the remedy for a state file that hermes may not read", async () => {
  const installation = makeInstallation();
  installation.disk.fail("/vol/profiles/coder", "read", "EACCES");
  expect(await runCheck([STATE_FILES], "state-files", installation)).toMatchObject([
    {
      cause: "state file cannot be read: permission denied",
      remedy: "let hermes read /vol/profiles/coder/gateway_state.json",
    },
    { severity: "warning", cause: "gateway_exits.json: permission denied" },
  ]);
});

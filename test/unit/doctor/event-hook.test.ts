import { expect, test } from "bun:test";
import { EVENT_HOOK } from "../../../src/doctor/event-hook.ts";
import {
  makeInstallation,
  runCheck,
  runOnFault,
  type FaultCase,
} from "../../support/doctor-installation.ts";

const HOOK = "/vol/hooks/gateway-event";
const AT = "2026-11-20T07:00:00.000Z";

/** A line of the event log. */
function line(event: string, reason: string | null): string {
  const rest = { pid: null, exit: null, backoffMs: null, recentCrashes: 0 };
  return `${JSON.stringify({ version: 2, at: AT, event, profile: "coder", reason, ...rest })}\n`;
}

const FAILED = line("parked", "no token") + line("hook-failed", "told of 'parked': no");

const FAULTS: readonly FaultCase[] = [
  {
    title: "a hook that is not executable",
    check: "event-hook",
    cause: ({ disk }) => disk.putFile(HOOK, "", { mode: 0o644 }),
    finding: {
      severity: "problem",
      message: "the event hook is not run",
      cause: `${HOOK} is not executable`,
      remedy: `give ${HOOK} and its directory to hermes, with mode 755 (docs/events.md)`,
    },
  },
  {
    title: "a hook that hermes may not read",
    check: "event-hook",
    cause: ({ disk }) => {
      disk.putDirectory("/vol/hooks");
      disk.fail("/vol/hooks", "read", "EACCES");
    },
    finding: {
      severity: "problem",
      message: "the event hook is not run",
      cause: `${HOOK} cannot be looked at: permission denied`,
      remedy: `give ${HOOK} and its directory to hermes, with mode 755 (docs/events.md)`,
    },
  },
  {
    title: "a hook whose last run failed",
    check: "event-hook",
    cause: ({ disk }) => {
      disk.putFile(HOOK, "", { mode: 0o755 });
      disk.putFile("/vol/logs/gateway-events.log", FAILED + line("registered", "at boot, down"));
    },
    finding: {
      severity: "warning",
      message: `the event hook failed at ${AT}`,
      cause: "told of 'parked': no",
      remedy: `correct ${HOOK}; \`hermes gateway events --all\` shows each failure`,
    },
  },
];

test.each(FAULTS)("EVENT_HOOK reports $title", async (fault) => {
  expect(await runOnFault([EVENT_HOOK], fault)).toMatchObject([fault.finding]);
});

test("EVENT_HOOK does not apply without a hook", async () => {
  expect(await runCheck([EVENT_HOOK], "event-hook", makeInstallation())).toEqual([]);
});

test("EVENT_HOOK accepts a hook in order", async () => {
  const installation = makeInstallation();
  installation.disk.putFile(HOOK, "", { mode: 0o755 });
  expect(await runCheck([EVENT_HOOK], "event-hook", installation)).toEqual([
    { severity: "ok", message: `${HOOK} receives events` },
  ]);
});

test("EVENT_HOOK accepts a hook that took an event after its last failure", async () => {
  const installation = makeInstallation();
  installation.disk.putFile(HOOK, "", { mode: 0o755 });
  installation.disk.putFile("/vol/logs/gateway-events.log", FAILED + line("started", null));
  expect(await runCheck([EVENT_HOOK], "event-hook", installation)).toMatchObject([
    { severity: "ok" },
  ]);
});

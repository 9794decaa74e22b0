import { expect, test } from "bun:test";
import { PROFILE_CHECKS } from "../../../src/doctor/profiles.ts";
import {
  makeInstallation,
  runCheck,
  runOnFault,
  runRepairs,
  type FaultCase,
  type Installation,
} from "../../support/doctor-installation.ts";

const HOOK = "/vol/hooks/gateway-event";
const AT = "2026-11-20T07:00:00.000Z";

/** A line of the event log. */
function line(event: string, reason: string | null): string {
  const rest = { pid: null, exit: null, backoffMs: null, recentCrashes: 0 };
  return `${JSON.stringify({ version: 2, at: AT, event, profile: "coder", reason, ...rest })}\n`;
}

const FAILED = line("parked", "no token") + line("hook-failed", "told of 'parked': no");

const noteRename = (from: string, to: string) => (installation: Installation) => {
  const note = JSON.stringify({ version: 1, from, to, start: true });
  installation.disk.putFile("/vol/profiles/coder/.rename.json", note);
};

const FAULTS: readonly FaultCase[] = [
  {
    title: "a current profile that does not exist",
    check: "current-profile",
    cause: ({ disk }) => disk.putFile("/vol/active_profile", "codre\n"),
    finding: {
      severity: "problem",
      message: "commands without `-p` fail: there is no current profile",
      cause: "profile 'codre' does not exist",
      remedy: "choose an existing one with `hermes profile use NAME`",
    },
  },
  {
    title: "a rename that was interrupted before the directory was renamed",
    check: "renames",
    cause: noteRename("coder", "writer"),
    finding: {
      severity: "warning",
      message: "profile 'writer' is not renamed completely: parts of it may still be named 'coder'",
      cause: "the command or the container was killed",
      remedy: "complete it with `hermes profile rename coder writer`; the next boot does so, too",
    },
  },
  {
    title: "a rename that was interrupted after the directory was renamed",
    check: "renames",
    cause: noteRename("writer", "coder"),
    finding: {
      severity: "warning",
      message: "profile 'coder' is not renamed completely: parts of it may still be named 'writer'",
      cause: "the command or the container was killed",
      remedy: "complete it with `hermes profile rename writer coder`; the next boot does so, too",
    },
  },
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

test.each(FAULTS)("PROFILE_CHECKS report $title", async (fault) => {
  expect(await runOnFault(PROFILE_CHECKS, fault)).toMatchObject([fault.finding]);
});

test.each(["current-profile", "renames", "interrupted", "event-hook"])(
  "PROFILE_CHECKS: %s does not apply if there is nothing to check",
  async (check) => {
    expect(await runCheck(PROFILE_CHECKS, check, makeInstallation())).toEqual([]);
  },
);

test("PROFILE_CHECKS accept a current profile and a hook in order", async () => {
  const installation = makeInstallation();
  installation.disk.putFile("/vol/active_profile", "coder\n");
  installation.disk.putFile(HOOK, "", { mode: 0o755 });
  expect(await runCheck(PROFILE_CHECKS, "current-profile", installation)).toEqual([
    { severity: "ok", message: "'coder' exists" },
  ]);
  expect(await runCheck(PROFILE_CHECKS, "event-hook", installation)).toEqual([
    { severity: "ok", message: `${HOOK} receives events` },
  ]);
});

test("PROFILE_CHECKS accept a hook that took an event after its last failure", async () => {
  const installation = makeInstallation();
  installation.disk.putFile(HOOK, "", { mode: 0o755 });
  installation.disk.putFile("/vol/logs/gateway-events.log", FAILED + line("started", null));
  expect(await runCheck(PROFILE_CHECKS, "event-hook", installation)).toMatchObject([
    { severity: "ok" },
  ]);
});

test.each([
  ["../x\n", "Cannot tell the current profile"],
  [null, "/vol/active_profile is a link that leads nowhere"],
] as const)("PROFILE_CHECKS report an active_profile that is %j", async (content, cause) => {
  const installation = makeInstallation();
  if (content === null) installation.disk.putLink("/vol/active_profile", "/nowhere");
  else installation.disk.putFile("/vol/active_profile", content);
  const [finding] = await runCheck(PROFILE_CHECKS, "current-profile", installation);
  expect(finding?.severity === "problem" ? finding.cause : null).toContain(cause);
});

test.each([
  [
    "an incomplete deletion",
    "/vol/profiles/.old.deleted",
    "profile 'old' is not deleted completely, so that its name cannot be used again",
    "completed the deletion of profile 'old'",
  ],
  [
    "an incomplete creation",
    "/vol/profiles/.new.tmp-7",
    "/vol/profiles/.new.tmp-7 is an incomplete profile, so that 'new' cannot be created",
    "removed /vol/profiles/.new.tmp-7",
  ],
] as const)("PROFILE_CHECKS repair %s", async (_, path, message, action) => {
  const installation = makeInstallation();
  installation.disk.putFile(`${path}/SOUL.md`, "");
  expect(await runCheck(PROFILE_CHECKS, "interrupted", installation)).toMatchObject([
    { severity: "warning", message, cause: "the command or the container was killed" },
  ]);
  expect(await runRepairs(PROFILE_CHECKS, "interrupted", installation)).toEqual([action]);
  expect(installation.disk.has(path)).toBe(false);
});

import { expect, test } from "bun:test";
import { CURRENT_PROFILE, PROFILE_NAMES } from "../../../src/doctor/profiles.ts";
import {
  makeInstallation,
  runCheck,
  runOnFault,
  type FaultCase,
} from "../../support/doctor-installation.ts";

const FAULTS: readonly FaultCase[] = [
  {
    title: "a directory that is not a profile",
    check: "profiles",
    cause: ({ disk }) => disk.putDirectory("/vol/profiles/notes"),
    finding: {
      severity: "warning",
      message: "profiles/notes is not a profile and gets no gateway",
      cause: "it has no SOUL.md",
      remedy: "create one with `touch /vol/profiles/notes/SOUL.md`, or remove the directory",
    },
  },
  {
    title: "a profile that hermes may not read",
    check: "profiles",
    cause: ({ disk }) => disk.fail("/vol/profiles/coder", "read", "EACCES"),
    finding: {
      severity: "problem",
      message:
        "gateway 'coder' is not registered at the next boot: /vol/profiles/coder cannot be read",
      cause: "permission denied",
      remedy:
        "give it to hermes, with mode 755: `chown hermes: /vol/profiles/coder; chmod 755 /vol/profiles/coder` as root",
    },
  },
  {
    title: "an invalid name",
    check: "profiles",
    cause: ({ disk }) => disk.putDirectory("/vol/profiles/Bad\u001bName"),
    finding: {
      severity: "warning",
      message: "profiles/Bad\\u001bName is not a profile and gets no gateway",
      cause: "names are 1 to 64 of a-z, 0-9, _ and -, and begin with a letter or a digit",
      remedy: "rename the directory",
    },
  },
  {
    title: "a profile called default",
    check: "profiles",
    cause: ({ disk }) => disk.putFile("/vol/profiles/default/SOUL.md", ""),
    finding: {
      severity: "warning",
      message: "profiles/default is not a profile and gets no gateway",
      cause: "the default profile is the volume itself",
      remedy: "rename the directory",
    },
  },
  {
    title: "a profile whose SOUL.md is a directory",
    check: "profiles",
    cause: ({ disk }) => disk.putDirectory("/vol/profiles/odd/SOUL.md"),
    finding: {
      severity: "problem",
      message: "gateway 'odd' is not registered at the next boot: the profile is damaged",
      cause: "its SOUL.md is a directory",
      remedy: "make /vol/profiles/odd a directory with a file SOUL.md that hermes can read",
    },
  },
  {
    title: "a profile that is a link without a target",
    check: "profiles",
    cause: ({ disk }) => disk.putLink("/vol/profiles/odd", "/nowhere"),
    finding: {
      severity: "problem",
      message: "gateway 'odd' is not registered at the next boot: the profile is damaged",
      cause: "it is a link that leads nowhere",
      remedy: "make /vol/profiles/odd a directory with a file SOUL.md that hermes can read",
    },
  },
  {
    title: "a name that is not UTF-8",
    check: "profiles",
    cause: ({ disk }) => disk.putUndecodable("/vol/profiles", "caf%E9", ".x%E9"),
    finding: {
      severity: "warning",
      message: "profiles/caf%E9 is not a profile and gets no gateway",
      cause: "its name is not UTF-8",
      remedy: "rename the directory: `ls -b` shows its bytes",
    },
  },
];

test.each(FAULTS)("PROFILE_NAMES report $title", async (fault) => {
  expect(await runOnFault([PROFILE_NAMES], fault)).toMatchObject([fault.finding]);
});

test.each([["profiles", "2 profiles, and nothing else among them"]])(
  "PROFILE_NAMES pass in order: %s",
  async (check, message) => {
    expect(await runCheck([PROFILE_NAMES], check, makeInstallation())).toEqual([
      { severity: "ok", message },
    ]);
  },
);

test("PROFILE_NAMES accept profiles/default without SOUL.md, where the agent keeps its pairings", async () => {
  const installation = makeInstallation();
  installation.disk.putFile("/vol/profiles/default/pairing/telegram.json", "{}");
  expect(await runCheck([PROFILE_NAMES], "profiles", installation)).toMatchObject([
    { severity: "ok" },
  ]);
});

test("PROFILE_NAMES accept a profile that is a link to a directory elsewhere", async () => {
  const installation = makeInstallation();
  installation.disk.putFile("/data/linked/SOUL.md", "");
  installation.disk.putLink("/vol/profiles/linked", "/data/linked");
  expect(await runCheck([PROFILE_NAMES], "profiles", installation)).toMatchObject([
    { severity: "ok" },
  ]);
});

test("PROFILE_NAMES report that the directory of the profiles cannot be read", async () => {
  const installation = makeInstallation();
  installation.disk.fail("/vol/profiles", "read", "EACCES");
  expect(await runCheck([PROFILE_NAMES], "profiles", installation)).toMatchObject([
    {
      severity: "problem",
      message: "only gateway 'default' starts at the next boot: /vol/profiles cannot be read",
      cause: "permission denied",
    },
  ]);
});

test("CURRENT_PROFILE reports a current profile that does not exist", async () => {
  const fault: FaultCase = {
    title: "a current profile that does not exist",
    check: "current-profile",
    cause: ({ disk }) => disk.putFile("/vol/active_profile", "codre\n"),
    finding: {
      severity: "problem",
      message: "commands without `-p` fail: there is no current profile",
      cause: "profile 'codre' does not exist",
      remedy: "choose an existing one with `hermes profile use NAME`",
    },
  };
  expect(await runOnFault([CURRENT_PROFILE], fault)).toMatchObject([fault.finding]);
});

test("CURRENT_PROFILE does not apply if no profile was chosen", async () => {
  expect(await runCheck([CURRENT_PROFILE], "current-profile", makeInstallation())).toEqual([]);
});

test("CURRENT_PROFILE accepts a profile that exists", async () => {
  const installation = makeInstallation();
  installation.disk.putFile("/vol/active_profile", "coder\n");
  expect(await runCheck([CURRENT_PROFILE], "current-profile", installation)).toEqual([
    { severity: "ok", message: "'coder' exists" },
  ]);
});

test.each([
  ["../x\n", "Cannot tell the current profile"],
  [null, "/vol/active_profile is a link that leads nowhere"],
] as const)("CURRENT_PROFILE reports an active_profile that is %j", async (content, cause) => {
  const installation = makeInstallation();
  if (content === null) installation.disk.putLink("/vol/active_profile", "/nowhere");
  else installation.disk.putFile("/vol/active_profile", content);
  const [finding] = await runCheck([CURRENT_PROFILE], "current-profile", installation);
  expect(finding?.severity === "problem" ? finding.cause : null).toContain(cause);
});

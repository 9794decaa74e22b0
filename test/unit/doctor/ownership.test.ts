import { expect, test } from "bun:test";
import { OWNERSHIP } from "../../../src/doctor/ownership.ts";
import {
  makeInstallation,
  runCheck,
  runOnFault,
  runRepairs,
  type FaultCase,
  type Installation,
} from "../../support/doctor-installation.ts";

const FAULTS: readonly FaultCase[] = [
  {
    title: "a file that root owns",
    check: "ownership",
    cause: ({ disk }) => disk.putFile("/vol/profiles/coder/config.yaml", "", { uid: 0 }),
    finding: {
      severity: "problem",
      message: "gateways and commands cannot write to /vol/profiles/coder/config.yaml",
      cause: "uid 0 owns them, not hermes",
      remedy:
        "run `hermes doctor --fix` as root or restart the container, which gives root's files to hermes; for other owners run `chown -h 10000` on each as root",
    },
  },
  {
    title: "a directory that its owner may not use",
    check: "ownership",
    cause: ({ disk }) => disk.putDirectory("/vol/profiles/coder/sessions", { mode: 0o500 }),
    finding: {
      severity: "problem",
      message: "gateways and commands cannot read or write /vol/profiles/coder/sessions (0500)",
      cause: "the modes deny it to the owner",
      remedy: "run `chmod u+rwX` on each",
    },
  },
  {
    title: "secrets that all users may read",
    check: "ownership",
    cause: ({ disk }) => disk.putFile("/vol/.env", "KEY=x", { mode: 0o644 }),
    finding: {
      severity: "warning",
      message: "all users can read the secrets in /vol/.env (0644)",
      cause: "the modes allow it",
      remedy: "run `chmod 600` on each",
    },
  },
  {
    title: "a config.yaml with a key that all users may read",
    check: "ownership",
    cause: ({ disk }) =>
      disk.putFile("/vol/config.yaml", "model:\n  api_key: sk-12345678\n", { mode: 0o644 }),
    finding: {
      severity: "warning",
      message: "all users can read the secrets in /vol/config.yaml (0644)",
      cause: "the modes allow it",
      remedy: "run `chmod 600` on each",
    },
  },
];

test.each(FAULTS)("OWNERSHIP report $title", async (fault) => {
  expect(await runOnFault([OWNERSHIP], fault)).toMatchObject([fault.finding]);
});

test.each([["ownership", "19 files and directories have the right owner and mode"]])(
  "OWNERSHIP pass in order: %s",
  async (check, message) => {
    expect(await runCheck([OWNERSHIP], check, makeInstallation())).toEqual([
      { severity: "ok", message },
    ]);
  },
);

test.each([
  [
    "a mode",
    ({ disk }: Installation) => disk.putDirectory("/vol/profiles/coder/sessions", { mode: 0o500 }),
    "opened to their owner: /vol/profiles/coder/sessions",
  ],
  [
    "secrets that all users may read",
    ({ disk }: Installation) => disk.putFile("/vol/.env", "KEY=x", { mode: 0o644 }),
    "closed to others: /vol/.env",
  ],
] as const)("OWNERSHIP repairs %s", async (_, cause, action) => {
  const installation = makeInstallation();
  cause(installation);
  expect(await runRepairs([OWNERSHIP], "ownership", installation)).toEqual([action]);
  expect(await runCheck([OWNERSHIP], "ownership", installation)).toMatchObject([
    { severity: "ok" },
  ]);
});

test("OWNERSHIP does not apply to root", async () => {
  const installation = makeInstallation({ uid: 0 });
  expect(await runCheck([OWNERSHIP], "ownership", installation)).toEqual([]);
});

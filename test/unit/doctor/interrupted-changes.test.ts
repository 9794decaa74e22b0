import { expect, test } from "bun:test";
import { INTERRUPTED_CHANGES } from "../../../src/doctor/interrupted-changes.ts";
import {
  makeInstallation,
  runCheck,
  runOnFault,
  runRepairs,
  type FaultCase,
  type Installation,
} from "../../support/doctor-installation.ts";

const noteRename = (from: string, to: string) => (installation: Installation) => {
  const note = JSON.stringify({ version: 1, from, to, start: true });
  installation.disk.putFile("/vol/profiles/coder/.rename.json", note);
};

const FAULTS: readonly FaultCase[] = [
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
];

test.each(FAULTS)("INTERRUPTED_CHANGES report $title", async (fault) => {
  expect(await runOnFault(INTERRUPTED_CHANGES, fault)).toMatchObject([fault.finding]);
});

test.each(["renames", "interrupted"])(
  "INTERRUPTED_CHANGES: %s does not apply if there is nothing to check",
  async (check) => {
    expect(await runCheck(INTERRUPTED_CHANGES, check, makeInstallation())).toEqual([]);
  },
);

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
] as const)("INTERRUPTED_CHANGES repair %s", async (_, path, message, action) => {
  const installation = makeInstallation();
  installation.disk.putFile(`${path}/SOUL.md`, "");
  expect(await runCheck(INTERRUPTED_CHANGES, "interrupted", installation)).toMatchObject([
    { severity: "warning", message, cause: "the command or the container was killed" },
  ]);
  expect(await runRepairs(INTERRUPTED_CHANGES, "interrupted", installation)).toEqual([action]);
  expect(installation.disk.has(path)).toBe(false);
});

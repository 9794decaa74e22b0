import { expect, test } from "bun:test";
import { VOLUME_CHECKS } from "../../../src/doctor/volume.ts";
import {
  makeInstallation,
  runCheck,
  runOnFault,
  runRepairs,
  type FaultCase,
} from "../../support/doctor-installation.ts";

const FAULTS: readonly FaultCase[] = [
  {
    title: "a volume that cannot be written to",
    check: "writable",
    cause: ({ disk }) => disk.fail("/vol", "write", "EROFS"),
    finding: {
      severity: "problem",
      message: "/vol cannot be written to: no change outlives a restart",
      cause: "read-only file system",
      remedy: "mount the volume read-write",
    },
  },
  {
    title: "a full disk",
    check: "disk",
    cause: ({ disk }) => {
      disk.space = { freeBytes: 1_048_576, totalBytes: 1e10, freeFiles: 1e6 };
    },
    finding: {
      severity: "problem",
      message: "only 1 MiB and 1000000 files are free on /vol",
      cause: "the volume is nearly full",
      remedy:
        "delete files on the volume; `du -xh --max-depth=2 /vol | sort -h` lists the largest directories",
    },
  },
  {
    title: "a disk that is filling up",
    check: "disk",
    cause: ({ disk }) => {
      disk.space = { freeBytes: 2e8, totalBytes: 1e10, freeFiles: 1e6 };
    },
    finding: {
      severity: "warning",
      message: "only 190 MiB and 1000000 files are free on /vol",
      cause: "the volume is nearly full",
      remedy:
        "delete files on the volume; `du -xh --max-depth=2 /vol | sort -h` lists the largest directories",
    },
  },
  {
    title: "a small disk that is full",
    check: "disk",
    cause: ({ disk }) => {
      disk.space = { freeBytes: 1_500_000, totalBytes: 8e6, freeFiles: 1e6 };
    },
    finding: {
      severity: "problem",
      message: "only 1 MiB and 1000000 files are free on /vol",
      cause: "the volume is nearly full",
      remedy:
        "delete files on the volume; `du -xh --max-depth=2 /vol | sort -h` lists the largest directories",
    },
  },
  {
    title: "a disk without inodes",
    check: "disk",
    cause: ({ disk }) => {
      disk.space = { freeBytes: 5e9, totalBytes: 1e10, freeFiles: 3 };
    },
    finding: {
      severity: "problem",
      message: "only 4768 MiB and 3 files are free on /vol",
      cause: "the volume is nearly full",
      remedy:
        "delete files on the volume; `du -xh --max-depth=2 /vol | sort -h` lists the largest directories",
    },
  },
  {
    title: "a directory that is missing",
    check: "directories",
    cause: ({ disk }) => disk.removeForTest("/vol/profiles/coder/skills"),
    finding: {
      severity: "warning",
      message: "1 profile without a directory: coder (skills)",
      cause: "they were removed, or never created",
      remedy: "create them with `mkdir` as hermes",
    },
  },
  {
    title: "a link without a target in place of a directory",
    check: "directories",
    cause: ({ disk }) => {
      disk.removeForTest("/vol/profiles/coder/skills");
      disk.putLink("/vol/profiles/coder/skills", "/nowhere");
    },
    finding: {
      severity: "warning",
      message: "1 profile without a directory: coder (skills)",
      cause: "another file has that path",
      remedy: "remove or rename that file, then create the directories with `mkdir`",
    },
  },
];

test.each(FAULTS)("VOLUME_CHECKS report $title", async (fault) => {
  expect(await runOnFault(VOLUME_CHECKS, fault)).toMatchObject([fault.finding]);
});

test.each([
  ["writable", "/vol can be written to"],
  ["disk", "4768 MiB and 1000000 files are free on /vol"],
  ["directories", "all 14 exist"],
])("VOLUME_CHECKS pass in order: %s", async (check, message) => {
  expect(await runCheck(VOLUME_CHECKS, check, makeInstallation())).toEqual([
    { severity: "ok", message },
  ]);
});

test("VOLUME_CHECKS: directories creates a missing directory", async () => {
  const installation = makeInstallation();
  installation.disk.removeForTest("/vol/profiles/coder/skills");
  expect(await runRepairs(VOLUME_CHECKS, "directories", installation)).toEqual([
    "created 1 directory: coder (skills)",
  ]);
  expect(installation.disk.has("/vol/profiles/coder/skills")).toBe(true);
});

test("VOLUME_CHECKS: directories creates the others if one cannot be created", async () => {
  const installation = makeInstallation();
  const { disk } = installation;
  disk.removeForTest("/vol/cron");
  disk.removeForTest("/vol/profiles/coder/cron");
  disk.fail("/vol/cron", "write", "ENOSPC");
  expect(runRepairs(VOLUME_CHECKS, "directories", installation)).rejects.toThrow("ENOSPC");
  expect(disk.has("/vol/profiles/coder/cron")).toBe(true);
});

test("VOLUME_CHECKS: directories has no repair for root on the volume of hermes", async () => {
  const installation = makeInstallation({ uid: 0 });
  installation.disk.removeForTest("/vol/cron");
  expect(await runRepairs(VOLUME_CHECKS, "directories", installation)).toEqual([]);
  expect(installation.disk.has("/vol/cron")).toBe(false);
});

test.each([
  ["ENOSPC", "delete files on the volume"],
  ["EROFS", "mount the volume read-write"],
  ["EACCES", expect.stringContaining("give the volume to hermes")],
])("VOLUME_CHECKS: writable names the remedy for %s", async (code, remedy: unknown) => {
  const installation = makeInstallation();
  installation.disk.fail("/vol", "write", code);
  expect(await runCheck(VOLUME_CHECKS, "writable", installation)).toMatchObject([{ remedy }]);
});

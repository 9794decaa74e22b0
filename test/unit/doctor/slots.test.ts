import { expect, test } from "bun:test";
import { SLOT_CHECKS } from "../../../src/doctor/slots.ts";
import {
  makeInstallation,
  READY,
  runCheck,
  runOnFault,
  runRepairs,
  type FaultCase,
  type Installation,
} from "../../support/doctor-installation.ts";

const FAULTS: readonly FaultCase[] = [
  {
    title: "a full scan directory",
    check: "s6-limit",
    cause: ({ disk }) => {
      for (let index = 0; index < 994; index += 1) disk.putDirectory(`/run/service/other-${index}`);
    },
    finding: {
      severity: "problem",
      message: "1000 of 1000 services are in use: room for 0 more gateways",
      cause: "s6-svscan takes at most 1000 services, two for each gateway",
      remedy: "delete profiles that are not used, or start a second container",
    },
  },
  {
    title: "a scan directory that is almost full",
    check: "s6-limit",
    cause: ({ disk }) => {
      for (let index = 0; index < 979; index += 1) disk.putDirectory(`/run/service/other-${index}`);
    },
    finding: {
      severity: "warning",
      message: "985 of 1000 services are in use: room for 7 more gateways",
      cause: "s6-svscan takes at most 1000 services, two for each gateway",
      remedy: "delete profiles that are not used, or start a second container",
    },
  },
  {
    title: "a profile without a slot",
    check: "slots",
    cause: ({ disk, s6 }) => {
      s6.services.delete("/run/service/gateway-default");
      disk.removeForTest("/run/service/gateway-default");
    },
    finding: {
      severity: "problem",
      message: "profile 'default' has no slot",
      cause: "it was created without `hermes profile create`, or its registration failed",
      remedy: "`hermes -p default gateway start` registers and starts it",
    },
  },
  {
    title: "a slot without a profile",
    check: "slots",
    cause: ({ slot }) => void slot("gone", {}),
    finding: {
      severity: "problem",
      message: "gateway 'gone' has a slot, but its profile is gone",
      cause: "its directory was removed without `hermes profile delete`",
      remedy: "restore the profile, or run `hermes-boot unregister gone` as root",
    },
  },
  {
    title: "a logger that is down",
    check: "loggers",
    cause: ({ s6 }) => {
      s6.supervise("/run/service/gateway-coder/log", {});
    },
    finding: {
      severity: "problem",
      message:
        "the output of gateway 'coder' is lost, and the gateway will block when its pipe is full",
      cause: "its logger is down",
      remedy: "run `s6-svc -u /run/service/gateway-coder/log`",
    },
  },
  {
    title: "a profile without its alias",
    check: "aliases",
    cause: ({ disk }) => disk.removeForTest("/run/hermes-alias/coder"),
    finding: {
      severity: "warning",
      message: "profile 'coder' has no alias",
      cause: "its link in /run/hermes-alias is missing",
      remedy: "`hermes doctor --fix` creates it",
    },
  },
  {
    title: "a profile with the name of a program",
    check: "aliases",
    cause: ({ disk }) => {
      disk.removeForTest("/run/hermes-alias/coder");
      disk.putFile("/usr/bin/coder", "", { mode: 0o755 });
    },
    finding: {
      severity: "warning",
      message: "profile 'coder' has no alias",
      cause: "/usr/bin/coder is a program of that name",
      remedy: "use `hermes -p coder`, or rename it with `hermes profile rename coder NAME`",
    },
  },
  {
    title: "a PATH without aliases",
    check: "aliases",
    cause: ({ host }) => {
      host.environment["PATH"] = "/usr/bin";
    },
    finding: {
      severity: "warning",
      message: "the aliases of coder are not found",
      cause: "PATH does not contain /run/hermes-alias",
      remedy: "add /run/hermes-alias to the end of PATH, or leave the image's PATH as it is",
    },
  },
];

test.each(FAULTS)("SLOT_CHECKS report $title", async (fault) => {
  expect(await runOnFault(SLOT_CHECKS, fault)).toMatchObject([fault.finding]);
});

test.each([
  ["s6-limit", "6 of 1000 services are in use: room for 497 more gateways"],
  ["slots", "each of 2 profiles has a slot, and each slot a profile"],
  ["loggers", "each running gateway has a logger (1)"],
  ["aliases", "each named profile is a command (1)"],
])("SLOT_CHECKS pass in order: %s", async (check, message) => {
  expect(await runCheck(SLOT_CHECKS, check, makeInstallation())).toEqual([
    { severity: "ok", message },
  ]);
});

const REPAIRABLE: readonly (readonly [
  check: string,
  title: string,
  cause: (installation: Installation) => void,
  action: string,
])[] = [
  [
    "slots",
    "a profile without a slot",
    ({ disk, s6 }) => {
      s6.services.delete("/run/service/gateway-default");
      disk.removeForTest("/run/service/gateway-default");
    },
    "registered gateway 'default', down",
  ],
  [
    "slots",
    "a slot without a profile",
    ({ slot }) => void slot("gone", {}),
    "removed the slot of gateway 'gone'",
  ],
  [
    "loggers",
    "a logger that is down",
    ({ s6 }) => void s6.supervise("/run/service/gateway-coder/log", {}),
    "started the logger of gateway 'coder'",
  ],
  [
    "aliases",
    "a profile without its alias",
    ({ disk }) => disk.removeForTest("/run/hermes-alias/coder"),
    "created the alias 'coder'",
  ],
];

test.each(REPAIRABLE)("SLOT_CHECKS: %s repairs %s", async (check, _, cause, action) => {
  const installation = makeInstallation();
  cause(installation);
  expect(await runRepairs(SLOT_CHECKS, check, installation)).toEqual([action]);
  expect(await runCheck(SLOT_CHECKS, check, installation)).toMatchObject([{ severity: "ok" }]);
});

test("SLOT_CHECKS: slots leaves a slot alone that runs or has a directory", async () => {
  const installation = makeInstallation();
  installation.slot("runs", READY);
  installation.disk.putDirectory("/vol/profiles/half");
  installation.slot("half", {});
  expect(await runRepairs(SLOT_CHECKS, "slots", installation)).toEqual([]);
  expect(await runCheck(SLOT_CHECKS, "slots", installation)).toHaveLength(2);
});

test("SLOT_CHECKS: slots reports no slot if the directory of the profiles cannot be read", async () => {
  const installation = makeInstallation();
  installation.slot("other", {});
  installation.disk.fail("/vol/profiles", "read", "EACCES");
  expect(await runCheck(SLOT_CHECKS, "slots", installation)).toMatchObject([{ severity: "ok" }]);
});

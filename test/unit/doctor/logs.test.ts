import { expect, test } from "bun:test";
import { writeLoggerError } from "../../../src/services/logger-error.ts";
import { profileName } from "../../support/names.ts";
import { LOGS } from "../../../src/doctor/logs.ts";
import {
  makeInstallation,
  runCheck,
  runOnFault,
  type FaultCase,
} from "../../support/doctor-installation.ts";

const FAULTS: readonly FaultCase[] = [
  {
    title: "a log that is a link",
    check: "logs",
    cause: ({ disk }) => {
      disk.removeForTest("/vol/logs/gateways/coder/current");
      disk.putLink("/vol/logs/gateways/coder/current", "/etc/shadow");
    },
    finding: {
      severity: "problem",
      message: "gateway 'coder' logs to the container's output only",
      cause: "/vol/logs/gateways/coder has a file 'current' that cannot be read: is a link",
      remedy: "repair that directory; the logger then uses it again",
    },
  },
  {
    title: "a log directory that cannot be written to",
    check: "logs",
    cause: ({ disk }) => disk.fail("/vol/logs/gateways/coder", "write", "EACCES"),
    finding: {
      severity: "problem",
      message: "gateway 'coder' logs to the container's output only",
      cause: "/vol/logs/gateways/coder may not be written to",
      remedy: "repair that directory; the logger then uses it again",
    },
  },
  {
    title: "a log whose lock belongs to another user",
    check: "logs",
    cause: ({ disk }) => {
      disk.putFile("/vol/logs/gateways/coder/lock", "");
      disk.fail("/vol/logs/gateways/coder/lock", "write", "EACCES");
    },
    finding: {
      severity: "problem",
      message: "gateway 'coder' logs to the container's output only",
      cause: "/vol/logs/gateways/coder has a file 'lock' that may not be written to",
      remedy: "repair that directory; the logger then uses it again",
    },
  },
  {
    title: "a logger that cannot write to the volume",
    check: "logs",
    cause: ({ host }) =>
      writeLoggerError(host, profileName("coder"), {
        since: "2026-11-20T07:23:05.000Z",
        volume: "/vol/logs/gateways/coder: no space left on device",
        output: null,
        missingOnVolume: 7,
        missingOnOutput: 0,
      }),
    finding: {
      severity: "problem",
      message: "the log of gateway 'coder' is not complete",
      cause:
        "lines go to the container's output only: /vol/logs/gateways/coder: no space left on device; 7 lines dropped for the volume",
      remedy: "remove the cause; the logger then continues by itself",
    },
  },
  {
    title: "a logs directory that cannot be written to",
    check: "logs",
    cause: ({ disk }) => disk.fail("/vol/logs/gateways", "write", "EACCES"),
    finding: {
      severity: "problem",
      message: "no log is written on the volume: gateways log to the container's output only",
      cause: "/vol/logs/gateways may not be written to",
      remedy: "make it a directory that hermes owns, with mode 755; the loggers then use it again",
    },
  },
  {
    title: "a file in place of the logs directory",
    check: "logs",
    cause: ({ disk }) => {
      disk.removeForTest("/vol/logs/gateways");
      disk.putFile("/vol/logs/gateways", "");
    },
    finding: {
      severity: "problem",
      message: "no log is written on the volume: gateways log to the container's output only",
      cause: "/vol/logs/gateways is not a directory",
      remedy: "make it a directory that hermes owns, with mode 755; the loggers then use it again",
    },
  },
  {
    title: "an event log that cannot be read",
    check: "logs",
    cause: ({ disk }) => disk.putDirectory("/vol/logs/gateway-events.log"),
    finding: {
      severity: "problem",
      message: "the events of gateways cannot be recorded and shown",
      cause: "/vol/logs/gateway-events.log cannot be read: is not a regular file",
      remedy: "give it to hermes with mode 644, or move it away: a new one is created",
    },
  },
  {
    title: "a boot log that cannot be written to",
    check: "logs",
    cause: ({ disk }) => {
      disk.putFile("/vol/logs/container-boot.log", "");
      disk.fail("/vol/logs/container-boot.log", "write", "EACCES");
    },
    finding: {
      severity: "problem",
      message: "the steps of boots cannot be recorded and shown",
      cause: "/vol/logs/container-boot.log may not be written to",
      remedy: "give it to hermes with mode 644, or move it away: a new one is created",
    },
  },
];

test.each(FAULTS)("LOGS report $title", async (fault) => {
  expect(await runOnFault([LOGS], fault)).toMatchObject([fault.finding]);
});

test.each([["logs", "every log can be written"]])(
  "LOGS pass in order: %s",
  async (check, message) => {
    expect(await runCheck([LOGS], check, makeInstallation())).toEqual([
      { severity: "ok", message },
    ]);
  },
);

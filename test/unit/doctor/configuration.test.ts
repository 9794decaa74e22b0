import { expect, test } from "bun:test";
import { CONFIGURATION_CHECKS } from "../../../src/doctor/configuration.ts";
import {
  makeInstallation,
  runCheck,
  runOnFault,
  type FaultCase,
} from "../../support/doctor-installation.ts";

const FAULTS: readonly FaultCase[] = [
  {
    title: "an invalid config.yaml",
    check: "configuration",
    cause: ({ disk }) =>
      disk.putFile("/vol/profiles/coder/config.yaml", "gateway:\n  port: many\n"),
    finding: {
      severity: "problem",
      message: "gateway 'coder' cannot run with its settings",
      cause:
        "Cannot use /vol/profiles/coder/config.yaml: line 2: gateway.port must be a port, a number from 1 to 65535",
      remedy: "correct that line",
    },
  },
  {
    title: "a SOUL.md of the root profile that is a directory",
    check: "configuration",
    cause: ({ disk }) => {
      disk.removeForTest("/vol/SOUL.md");
      disk.putDirectory("/vol/SOUL.md");
    },
    finding: {
      severity: "problem",
      message: "gateway 'default' cannot run with its settings",
      cause: "Cannot use /vol/SOUL.md: is a directory",
      remedy: "replace it with a file that hermes can read",
    },
  },
  {
    title: "an unknown key",
    check: "configuration",
    cause: ({ disk }) => disk.putFile("/vol/config.yaml", "modle:\n  name: x\n"),
    finding: {
      severity: "warning",
      message: "/vol/config.yaml, line 1: unknown key 'modle'",
      cause: "the built-in agent does not know it, and ignores it",
      remedy: "correct the name, or remove the line",
    },
  },
  {
    title: "a port of two gateways",
    check: "ports",
    cause: ({ disk }) => {
      disk.putFile("/vol/config.yaml", "gateway:\n  port: 8642\n");
      disk.putFile(
        "/vol/profiles/coder/config.yaml",
        'gateway:\n  port: 8642\n  host: "0.0.0.0"\n  token: "secretsecretsecret"\n',
      );
    },
    finding: {
      severity: "problem",
      message: "gateway 'default' and gateway 'coder' cannot run at the same time",
      cause: "both listen on port 8642",
      remedy: "give gateway 'coder' another gateway.port in its config.yaml",
    },
  },
  {
    title: "a port of a gateway and the dashboard",
    check: "ports",
    cause: ({ host, disk }) => {
      host.environment["HERMES_DASHBOARD"] = "1";
      disk.putFile("/vol/config.yaml", "gateway:\n  port: 9119\n");
    },
    finding: {
      severity: "problem",
      message: "the dashboard and gateway 'default' cannot run at the same time",
      cause: "both listen on port 9119",
      remedy: "give gateway 'default' another gateway.port in its config.yaml",
    },
  },
  {
    title: "a dashboard without a port",
    check: "dashboard",
    cause: ({ host }) => {
      host.environment["HERMES_DASHBOARD"] = "1";
      host.environment["HERMES_DASHBOARD_PORT"] = "no";
    },
    finding: {
      severity: "problem",
      message: "the dashboard cannot start",
      cause: 'HERMES_DASHBOARD_PORT="no" is not a port',
      remedy: "correct the variable and start the container again",
    },
  },
];

test.each(FAULTS)("CONFIGURATION_CHECKS report $title", async (fault) => {
  expect(await runOnFault(CONFIGURATION_CHECKS, fault)).toMatchObject([fault.finding]);
});

test.each([
  ["configuration", "the config.yaml of 2 profiles can be used"],
  ["ports", "0 ports configured, none twice"],
])("CONFIGURATION_CHECKS pass in order: %s", async (check, message) => {
  expect(await runCheck(CONFIGURATION_CHECKS, check, makeInstallation())).toEqual([
    { severity: "ok", message },
  ]);
});

test("CONFIGURATION_CHECKS: ports accepts a port of its own for each listener", async () => {
  const installation = makeInstallation({ environment: { HERMES_DASHBOARD: "1" } });
  const { disk } = installation;
  disk.putFile("/vol/config.yaml", "gateway:\n  port: 8642\n");
  disk.putFile("/vol/profiles/coder/config.yaml", "gateway:\n  port: 8643\n");
  expect(await runCheck(CONFIGURATION_CHECKS, "ports", installation)).toEqual([
    { severity: "ok", message: "3 ports configured, none twice" },
  ]);
});

test("CONFIGURATION_CHECKS: configuration only warns if an external agent is installed", async () => {
  const installation = makeInstallation({ environment: { HERMES_AGENT: "/opt/agent" } });
  const { disk } = installation;
  disk.putFile("/opt/agent", "", { mode: 0o755 });
  disk.putFile("/vol/config.yaml", "modle:\n  name: x\n");
  expect(await runCheck(CONFIGURATION_CHECKS, "configuration", installation)).toMatchObject([
    { severity: "ok" },
  ]);
  disk.putFile("/vol/config.yaml", "gateway:\n  port: many\n");
  expect(await runCheck(CONFIGURATION_CHECKS, "configuration", installation)).toMatchObject([
    { severity: "warning" },
  ]);
});

test.each([
  ["/vol/.env", null, "replace it with a file that hermes can read"],
  ["/vol/config.yaml", "model: [\n", "correct that line"],
] as const)("CONFIGURATION_CHECKS name the remedy for %s", async (path, content, remedy) => {
  const installation = makeInstallation();
  if (content === null) installation.disk.putLink(path, "/run/secrets/env");
  else installation.disk.putFile(path, content);
  expect(await runCheck(CONFIGURATION_CHECKS, "configuration", installation)).toMatchObject([
    { remedy },
  ]);
});

test("CONFIGURATION_CHECKS: dashboard does not apply if the dashboard is off", async () => {
  expect(await runCheck(CONFIGURATION_CHECKS, "dashboard", makeInstallation())).toEqual([]);
});

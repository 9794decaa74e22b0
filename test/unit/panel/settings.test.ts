import { expect, test } from "bun:test";
import { isDashboardOn, readDashboardSettings } from "../../../src/panel/settings.ts";

const settings = (host: string, port: number, ignored: string | null = null) => ({
  ok: true as const,
  settings: { host, port },
  ignored,
});

test("isDashboardOn() reads a switch like all others", () => {
  expect(isDashboardOn({ HERMES_DASHBOARD: "Yes" })).toBe(true);
  expect(isDashboardOn({ HERMES_DASHBOARD: "0" })).toBe(false);
  expect(isDashboardOn({})).toBe(false);
});

test("readDashboardSettings() defaults to 127.0.0.1:9119, also for empty variables", () => {
  expect(readDashboardSettings({})).toEqual(settings("127.0.0.1", 9119));
  const empty = { HERMES_DASHBOARD_HOST: " ", HERMES_DASHBOARD_PORT: "" };
  expect(readDashboardSettings(empty)).toEqual(settings("127.0.0.1", 9119));
});

test("readDashboardSettings() takes an address and a port", () => {
  const environment = { HERMES_DASHBOARD_HOST: "0.0.0.0", HERMES_DASHBOARD_PORT: " 8080 " };
  expect(readDashboardSettings(environment)).toEqual(settings("0.0.0.0", 8080));
});

test("readDashboardSettings() takes the first port and the last", () => {
  for (const port of [1, 65_535]) {
    const environment = { HERMES_DASHBOARD_PORT: String(port) };
    expect(readDashboardSettings(environment)).toEqual(settings("127.0.0.1", port));
  }
});

test.each(["tcp://10.0.0.1:9119", "tcp://[fd00::1]:9119", "udp://10.0.0.1:53"])(
  "readDashboardSettings() ignores the address of a Kubernetes service, %j, with a reason",
  (port) => {
    const why = "is ignored: it is the address of a Kubernetes service, not a port";
    expect(readDashboardSettings({ HERMES_DASHBOARD_PORT: port })).toEqual(
      settings("127.0.0.1", 9119, `HERMES_DASHBOARD_PORT=${JSON.stringify(port)} ${why}`),
    );
  },
);

test.each(["0", "65536", "99999", "http", "80.5", "-1", "0x50", "8080\n9", "http://x:1"])(
  "readDashboardSettings() refuses the port %j and names the variable",
  (port) => {
    expect(readDashboardSettings({ HERMES_DASHBOARD_PORT: port })).toEqual({
      ok: false,
      reason: `HERMES_DASHBOARD_PORT=${JSON.stringify(port)} is not a port`,
    });
  },
);

test.each(["a b", "http://x", "x/y", "a\nb"])(
  "readDashboardSettings() refuses the host %j",
  (host) => {
    expect(readDashboardSettings({ HERMES_DASHBOARD_HOST: host })).toEqual({
      ok: false,
      reason: `HERMES_DASHBOARD_HOST=${JSON.stringify(host)} is not an address`,
    });
  },
);

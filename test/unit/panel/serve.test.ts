import { expect, test } from "bun:test";
import { serveDashboard } from "../../../src/panel/serve.ts";
import type { Host } from "../../../src/host/host.ts";
import { createNoServiceManager } from "../../../src/services/none/manager.ts";
import { FakeHost, UNKNOWN_HOST } from "../../support/fake-host.ts";
import { systemError } from "../../support/system-error.ts";

function dashboard(environment: Readonly<Record<string, string>> = {}) {
  const host = new FakeHost({ environment });
  const serve = () =>
    serveDashboard(host, {
      root: "/vol",
      manager: createNoServiceManager(),
      endRequested: host.self.waitForEndSignal(),
    });
  return { host, serve };
}

test("serveDashboard() answers until it has to stop", async () => {
  const { host, serve } = dashboard();
  const ended = serve();
  await Bun.sleep(0);
  const answer = host.sockets.get("127.0.0.1:9119");
  expect(await answer?.("/health")).toEqual({ status: "running" });
  expect(await answer?.("/api/status")).toMatchObject({ version: 2, home: "/vol" });
  expect(await answer?.("/")).toMatchObject({ version: 2 });
  expect(await answer?.("/etc/passwd")).toBeNull();
  expect(host.notes).toEqual(["Dashboard on http://127.0.0.1:9119/"]);
  host.end("SIGTERM");
  await ended;
  expect(host.sockets.size).toBe(0);
});

test("serveDashboard() warns if other machines can read it", async () => {
  const { host, serve } = dashboard({ HERMES_DASHBOARD_HOST: "0.0.0.0" });
  const ended = serve();
  await Bun.sleep(0);
  host.end("SIGTERM");
  await ended;
  expect(host.notes[1]).toBe("warning: everyone who can reach this address can read the dashboard");
});

test("serveDashboard() notes the address of a Kubernetes service in place of a port", async () => {
  const { host, serve } = dashboard({ HERMES_DASHBOARD_PORT: "tcp://10.0.0.1:9119" });
  const ended = serve();
  await Bun.sleep(0);
  host.end("SIGTERM");
  await ended;
  expect(host.notes[0]).toMatch(
    /^note: HERMES_DASHBOARD_PORT="tcp:\/\/10.0.0.1:9119" is ignored: /,
  );
  expect(host.notes[1]).toBe("Dashboard on http://127.0.0.1:9119/");
});

test("serveDashboard() exits 78 if its settings are not an address", async () => {
  const { serve } = dashboard({ HERMES_DASHBOARD_PORT: "no" });
  expect(serve()).rejects.toThrow(expect.objectContaining({ code: "configuration", exitCode: 78 }));
});

test("serveDashboard() exits 1 if another program listens there", async () => {
  const { host, serve } = dashboard();
  host.sockets.set("127.0.0.1:9119", () => null);
  expect(serve()).rejects.toThrow(
    expect.objectContaining({
      message: "Cannot serve the dashboard on 127.0.0.1:9119: another program listens there",
      hint: "stop that program, or set HERMES_DASHBOARD_PORT to a free port",
      exitCode: 1,
    }),
  );
});

test("serveDashboard() puts an IPv6 address into brackets", async () => {
  const { host, serve } = dashboard({ HERMES_DASHBOARD_HOST: "::1" });
  const ended = serve();
  await Bun.sleep(0);
  host.end("SIGTERM");
  await ended;
  expect(host.notes).toEqual(["Dashboard on http://[::1]:9119/"]);
});

/** A host on whose addresses nobody may listen. */
class Refusing extends FakeHost {
  readonly code: string;

  constructor(code: string, environment: Readonly<Record<string, string>> = {}) {
    super({ environment });
    this.code = code;
  }

  override readonly loadHttp: Host["loadHttp"] = async () => ({
    isKnownHost: async (name) => name !== UNKNOWN_HOST,
    requestFromSocket: () => Promise.reject(systemError(this.code)),
    serveOnAddress: () => {
      throw systemError(this.code);
    },
  });
}

test.each([
  ["EADDRNOTAVAIL", "set HERMES_DASHBOARD_HOST to 127.0.0.1, or to 0.0.0.0 for all of them"],
  ["EINVAL", "set HERMES_DASHBOARD_HOST to 127.0.0.1, or to 0.0.0.0 for all of them"],
  ["EACCES", "set HERMES_DASHBOARD_PORT to 1024 or more"],
])("serveDashboard() exits 78 for %s: %s", (code, hint) => {
  const manager = createNoServiceManager();
  const options = { root: "/vol", manager, endRequested: Promise.resolve() };
  expect(serveDashboard(new Refusing(code), options)).rejects.toThrow(
    expect.objectContaining({ exitCode: 78, hint }),
  );
});

test.each(["EAGAIN", "EADDRINUSE", "EACCES"])(
  "serveDashboard() exits 78 if its host is not known, for every error of the system: %s",
  (code) => {
    const host = new Refusing(code, { HERMES_DASHBOARD_HOST: UNKNOWN_HOST });
    const manager = createNoServiceManager();
    const options = { root: "/vol", manager, endRequested: Promise.resolve() };
    expect(serveDashboard(host, options)).rejects.toThrow(
      expect.objectContaining({
        message: `Cannot serve the dashboard on ${UNKNOWN_HOST}:9119: the host name is not known`,
        hint: "set HERMES_DASHBOARD_HOST to 127.0.0.1, or to 0.0.0.0 for all of them",
        exitCode: 78,
      }),
    );
  },
);

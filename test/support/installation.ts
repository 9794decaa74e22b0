import { FakeHost } from "./fake-host.ts";
import { installS6, type FakeService } from "./fake-s6.ts";

/** A service that is up and ready. */
export const RUNNING = { up: true, wantedUp: true, ready: true, pid: 77 } as const;

/** The environment of commands on this installation. */
export const ENVIRONMENT = { HERMES_HOME: "/vol", XDG_RUNTIME_DIR: "/run/user" };

/** Makes an installation with a profile and a registered gateway for each name. */
export function installation(gateways: Readonly<Record<string, Partial<FakeService>>> = {}) {
  const host = new FakeHost({ uid: 0, environment: ENVIRONMENT });
  const s6 = installS6(host);
  for (const [name, service] of Object.entries(gateways)) {
    host.disk.putDirectory(`/run/service/gateway-${name}`);
    s6.supervise(`/run/service/gateway-${name}`, service);
    host.disk.putFile(`/vol/profiles/${name}/SOUL.md`, "");
  }
  return host;
}

/** Starts a process that runs the gateway of a profile without s6. */
export function runInForeground(host: FakeHost, name: string): void {
  host.table.start(300, { startTime: 5 });
  host.disk.putFile(`/vol/profiles/${name}/gateway.pid`, '{"pid": 300, "start_time": 5}');
}

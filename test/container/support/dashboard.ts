import type { Container } from "../harness/container.ts";
import { waitFor } from "../harness/wait-for.ts";
import { bootContainer } from "./booted.ts";

/** GETs a path of the dashboard from inside the container, which has no program for that. */
export async function get(container: Container, path: string, port = 9119): Promise<string> {
  const request = `exec 3<>/dev/tcp/127.0.0.1/${port}; printf 'GET ${path} HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3`;
  return await container.execOk("hermes", ["bash", "-c", request]);
}

/** Boots a container whose dashboard is on. */
export function bootDashboard(env: Readonly<Record<string, string>> = {}): Promise<Container> {
  return bootContainer({ env: { HERMES_DASHBOARD: "1", ...env } });
}

/** Waits until the dashboard answers on its usual port. */
export async function waitForDashboard(container: Container): Promise<void> {
  await waitFor(async () => (await get(container, "/health")).includes('"running"'), {
    what: "the dashboard to answer",
  });
}

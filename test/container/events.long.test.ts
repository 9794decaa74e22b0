import { expect, test } from "bun:test";
import { parseEventLine, type GatewayEvent } from "../../src/gateway/record/event.ts";
import type { Container } from "./harness/container.ts";
import { waitFor } from "./harness/wait-for.ts";
import { bootContainer, restartContainer } from "./support/booted.ts";
import { waitUntilReady } from "./support/status.ts";
import { listRootOwned } from "./support/volume-content.ts";

async function eventsOf(container: Container, name: string): Promise<readonly GatewayEvent[]> {
  const words = ["-p", name, "gateway", "events", "--json", "-n", "1000"];
  const stdout = await container.execOk("hermes", ["hermes", ...words]);
  return stdout.split("\n").flatMap((line) => parseEventLine(line) ?? []);
}

/** Waits for events of a gateway, which are those and no others. */
async function expectKinds(
  container: Container,
  name: string,
  kinds: readonly string[],
): Promise<void> {
  let seen: readonly string[] = [];
  await waitFor(
    async () => {
      seen = (await eventsOf(container, name)).map(({ event }) => event);
      return seen.length >= kinds.length;
    },
    { what: `${kinds.length} events of '${name}'` },
  );
  expect(seen).toEqual([...kinds]);
}

test("gateway events tell a gateway's life, over a restart of the container, too", async () => {
  await using container = await bootContainer();
  const hermes = (...words: readonly string[]) => container.execOk("root", ["hermes", ...words]);
  await hermes("profile", "create", "coder");
  await hermes("-p", "coder", "gateway", "start");
  const life = ["registered", "started", "ready"];
  await expectKinds(container, "coder", life);
  const pid = (await eventsOf(container, "coder")).at(-1)?.pid ?? 0;
  await container.execOk("root", ["sh", "-c", `kill -9 ${pid}`]);
  const crash = [...life, "crashed", "backoff", "started", "ready"];
  await expectKinds(container, "coder", crash);
  await restartContainer(container);
  await waitUntilReady(container, ["coder"]);
  const restart = [...crash, "stopped", "registered", "started", "ready"];
  await expectKinds(container, "coder", restart);
  const events = await eventsOf(container, "coder");
  const reasons = events.map(({ reason }) => reason);
  expect(reasons[3]).toBe("crashed with signal 9");
  expect(reasons.slice(-4)).toEqual([
    "went down with the container",
    "at boot, to be started",
    null,
    null,
  ]);
  const all = await hermes("gateway", "events", "--all");
  expect(all).toMatch(/^\S+Z {2}default +registered +at boot, down$/m);
  expect(all).toMatch(/^\S+Z {2}coder +crashed +crashed with signal 9, having run for [\d.]+ s$/m);
  await hermes("profile", "delete", "coder", "-y");
  await expectKinds(container, "coder", [...restart, "stopped", "unregistered"]);
  expect(await listRootOwned(container)).toEqual([]);
});

test("the hook runs as hermes, with the container's environment, for every event", async () => {
  await using container = await bootContainer({ env: { WEBHOOK_TOKEN: "abc" } });
  const hook = `#!/bin/sh
echo "$HERMES_EVENT $HERMES_PROFILE $WEBHOOK_TOKEN $HERMES_HOME $(id -u) $(pwd)" >>/opt/data/told
cat >>/opt/data/documents
`;
  const put =
    "mkdir -p /opt/data/hooks && cd /opt/data/hooks && cat >gateway-event && chmod 755 gateway-event";
  await container.execOk("hermes", ["sh", "-c", put], { input: hook });
  await container.execOk("root", ["hermes", "profile", "create", "coder"]);
  await container.execOk("root", ["hermes", "-p", "coder", "gateway", "start"]);
  await container.execOk("hermes", ["hermes", "-p", "coder", "gateway", "stop"]);
  await container.execOk("hermes", ["hermes", "profile", "delete", "coder", "-y"]);
  const kinds = ["registered", "started", "ready", "stopped", "unregistered"];
  const told = async () =>
    (await container.exec("hermes", ["cat", "/opt/data/told"])).stdout.trim().split("\n");
  await waitFor(async () => (await told()).length >= kinds.length, { what: "the hook to be told" });
  expect(await told()).toEqual(kinds.map((kind) => `${kind} coder abc /opt/data 10000 /`));
  const documents = await container.execOk("hermes", ["cat", "/opt/data/documents"]);
  expect(documents.split("\n").flatMap((line) => parseEventLine(line) ?? [])).toEqual([
    ...(await eventsOf(container, "coder")),
  ]);
});

test("a hook that root mounted is run, another user's is not, and a link's owner counts", async () => {
  await using container = await bootContainer();
  const asRoot = (script: string) => container.execOk("root", ["sh", "-c", script]);
  const start = () => container.execOk("hermes", ["hermes", "gateway", "restart"]);
  const failures = async () =>
    (await eventsOf(container, "default")).flatMap(({ event, reason }) =>
      event === "hook-failed" ? [reason] : [],
    );
  const touched = async () =>
    (await container.exec("hermes", ["test", "-e", "/run/hermes/touched"])).code === 0;
  await asRoot(
    "mkdir -p /opt/data/hooks /opt/hook && printf '#!/bin/sh\\ntouch /run/hermes/touched\\n' >/opt/hook/run && chmod 755 /opt/hook/run && chown 1234 /opt/hook/run && ln -s /opt/hook/run /opt/data/hooks/gateway-event",
  );
  await start();
  await waitFor(async () => (await failures()).length === 2, { what: "two refusals" });
  expect((await failures())[0]).toBe(
    "what /opt/data/hooks/gateway-event leads to belongs to uid 1234",
  );
  expect(await touched()).toBe(false);
  await asRoot("chown root /opt/hook/run");
  await start();
  await waitFor(touched, { what: "the hook to be run" });
});

import { expect, test } from "bun:test";
import { listen } from "../../../src/gateway/listen.ts";
import { FakeHost, UNKNOWN_HOST } from "../../support/fake-host.ts";
import { testAgent } from "../../support/test-agent.ts";

const SOCKET = "/run/gateway.sock";
const ADDRESS = { host: "::1", port: 80 };
const KEY = "::1:80";

const open = (host: FakeHost, address: typeof ADDRESS | null = ADDRESS) =>
  listen(host, {
    socket: SOCKET,
    agent: testAgent({
      address,
      health: { model: "m" },
      answer: async (_, listener) => new Response(listener),
    }),
    health: () => ({ status: "running" }),
  });

async function ask(
  host: FakeHost,
  listener: string,
  path: string,
  method = "GET",
): Promise<string> {
  const answer = host.listeners.get(listener);
  if (answer === undefined) throw new Error(`Nobody listens on ${listener}`);
  return (await answer(new Request(`http://x${path}`, { method }))).text();
}

test("listen() answers /health by itself, and hands on the rest with where it came from", async () => {
  const host = new FakeHost();
  const servers = await open(host);
  for (const [listener, name] of [
    [SOCKET, "socket"],
    [KEY, "tcp"],
  ] as const) {
    expect(await ask(host, listener, "/health")).toBe('{"status":"running","model":"m"}');
    expect(await ask(host, listener, "/v1/models")).toBe(name);
    expect(await ask(host, listener, "/health", "HEAD")).toContain("running");
    expect(await ask(host, listener, "/health", "POST")).toBe(name);
  }
  for (const server of servers) await server.close();
  expect(host.listeners.size).toBe(0);
});

const refuseOnTcp = (_: Request, listener: string) =>
  listener === "tcp" ? new Response("refused", { status: 403 }) : null;

test("listen() answers not even /health if the agent refuses", async () => {
  const host = new FakeHost();
  const agent = testAgent({ address: ADDRESS, refuse: refuseOnTcp });
  await listen(host, { socket: SOCKET, agent, health: () => ({ status: "running" }) });
  expect(await ask(host, KEY, "/health")).toBe("refused");
  expect(await ask(host, KEY, "/v1/models")).toBe("refused");
  expect(await ask(host, SOCKET, "/health")).toBe('{"status":"running"}');
});

test("listen() has the socket only if there is no address", async () => {
  const host = new FakeHost();
  await open(host, null);
  expect([...host.listeners.keys()]).toEqual([SOCKET]);
});

test("listen() leaves nothing open if the address, or the socket, cannot be had", async () => {
  const host = new FakeHost();
  host.listeners.set(KEY, async () => new Response());
  expect(open(host)).rejects.toThrow(
    expect.objectContaining({
      message: "Cannot listen on [::1]:80: something else listens there already",
      exitCode: 78,
    }),
  );
  expect([...host.listeners.keys()]).toEqual([KEY]);
  host.listeners.clear();
  host.listeners.set(SOCKET, async () => new Response());
  const refused = open(host).then(
    () => null,
    (error: unknown) => error,
  );
  expect(await refused).toMatchObject({
    message: "Cannot listen on the gateway's socket: EADDRINUSE",
  });
  expect([...host.listeners.keys()]).toEqual([SOCKET]);
});

test("listen() says that a host is not known, whatever the system says", async () => {
  const host = new FakeHost();
  host.listeners.set(`${UNKNOWN_HOST}:80`, async () => new Response());
  expect(open(host, { host: UNKNOWN_HOST, port: 80 })).rejects.toThrow(
    expect.objectContaining({
      message: `Cannot listen on ${UNKNOWN_HOST}:80: no host of that name is known here`,
      exitCode: 78,
    }),
  );
});

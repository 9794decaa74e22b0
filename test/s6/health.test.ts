import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "../support/program.ts";
import { S6Tree } from "../support/s6-tree.ts";

const PORT = String(20_000 + (process.pid % 10_000));

/** Makes the next crash of a gateway that runs its sixth, after which it is down for half a minute. */
function pretendCrashes(tree: S6Tree, name: string): void {
  const path = join(tree.directory, `xdg/hermes/gateway-${name}.exits.json`);
  const record: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (typeof record !== "object") throw new Error(`${path} is no record`);
  const uptime = Number.parseFloat(readFileSync("/proc/uptime", "utf8")) * 1000;
  writeFileSync(path, JSON.stringify({ ...record, crashes: Array(5).fill(uptime) }));
}

test("hermes-boot health is 0 if every wanted gateway is ready, else 1, on one line", async () => {
  await using tree = await S6Tree.start();
  await tree.hermes("profile", "create", "coder");
  expect(await tree.boot("health")).toMatchObject({
    code: 0,
    stdout: "0 of 0 gateways that should run are ready\n",
  });
  await tree.hermes("-p", "coder", "gateway", "start");
  expect(await tree.boot("health")).toMatchObject({
    code: 0,
    stdout: "1 of 1 gateways that should run are ready\n",
  });
  pretendCrashes(tree, "coder");
  await tree.run(["/usr/bin/s6-svc", "-k", tree.slot("coder")]);
  await waitFor("the gateway to be down", async () =>
    (await tree.hermes("gateway", "list")).stdout.includes("coder    backoff"),
  );
  expect(await tree.boot("health")).toMatchObject({
    code: 1,
    stdout: "not ready: coder (backoff)\n",
  });
  await tree.hermes("-p", "coder", "gateway", "stop");
  expect((await tree.boot("health")).code).toBe(0);
}, 120_000);

test("hermes dashboard serves the status until SIGTERM", async () => {
  await using tree = await S6Tree.start();
  await tree.hermes("profile", "create", "coder");
  const argv = tree.enter([join(tree.bin, "hermes"), "dashboard"]);
  const env = { ...tree.env, HERMES_DASHBOARD_PORT: PORT };
  const dashboard = Bun.spawn([...argv], { env, stdout: "pipe", stderr: "pipe" });
  const url = `http://127.0.0.1:${PORT}`;
  await waitFor("the dashboard", async () => {
    const answer = await fetch(`${url}/health`).catch(() => null);
    return answer?.ok === true;
  });
  const status = await fetch(`${url}/api/status`);
  expect(await status.json()).toMatchObject({
    version: 2,
    gateways: [
      { profile: "default", state: "not-registered" },
      { profile: "coder", state: "down" },
    ],
  });
  expect((await fetch(`${url}/nothing`)).status).toBe(404);
  // A page whose own name was made to lead here sends that name.
  for (const [host, expected] of [
    ["evil.test", 403],
    ["localhost", 200],
  ] as const) {
    expect((await fetch(`${url}/health`, { headers: { host } })).status).toBe(expected);
  }
  const process = tree.processes().find((one) => one.argv.at(-1) === "dashboard");
  await tree.signal("TERM", process?.pid ?? 0);
  expect(await dashboard.exited).toBe(0);
  expect(await dashboard.stderr.text()).toBe(`Dashboard on ${url}/\n`);
}, 120_000);

test("hermes dashboard ends with 78 if its port is none", async () => {
  await using tree = await S6Tree.start();
  const argv = [join(tree.bin, "hermes"), "dashboard"];
  const { code, stderr } = await tree.run(argv, { env: { HERMES_DASHBOARD_PORT: "none" } });
  expect(code).toBe(78);
  expect(stderr).toStartWith(
    '✗ Cannot serve the dashboard: HERMES_DASHBOARD_PORT="none" is not a port\n',
  );
}, 120_000);

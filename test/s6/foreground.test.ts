import { expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "../support/program.ts";
import { useTree } from "../support/s6-tree.ts";

const tree = useTree();

const socketOf = (name: string) => join(tree().directory, `xdg/hermes/gateway-${name}.sock`);
const pidFileOf = (name: string) => join(tree().profile(name), "gateway.pid");

async function ask(name: string, path: string): Promise<Response> {
  return fetch(`http://localhost${path}`, { unix: socketOf(name) });
}

/** A gateway in the foreground, as somebody runs it who has no service manager. */
function runInForeground(name: string, ...flags: readonly string[]) {
  const argv = [
    join(tree().bin, "hermes"),
    "-p",
    name,
    "gateway",
    "run",
    "--no-supervise",
    ...flags,
  ];
  const child = Bun.spawn([...tree().enter(argv)], {
    env: { ...tree().env },
    stdout: "pipe",
    stderr: "pipe",
  });
  const ended = Promise.all([child.exited, child.stdout.text(), child.stderr.text()]).then(
    ([code, stdout, stderr]) => ({ code, stdout, stderr }),
  );
  return { ended };
}

/** Starts one and waits until it runs; gives its pid in the tree. */
async function startInForeground(name: string, ...flags: readonly string[]) {
  const { ended } = runInForeground(name, ...flags);
  let pid = 0;
  await waitFor(`gateway '${name}' to run`, async () => {
    const { gateway_state: state, pid: recorded } = tree().readState(name);
    if (state !== "running" || typeof recorded !== "number") return false;
    pid = recorded;
    return (
      tree()
        .gateways(name)
        .some((one) => one.pid === recorded) && existsSync(socketOf(name))
    );
  });
  return { pid, ended };
}

const signal = (name: string, pid: number) => tree().signal(name, pid);

test("hermes gateway run records itself, answers /health and ends cleanly on SIGTERM", async () => {
  tree().addProfile("plain");
  const { pid, ended } = await startInForeground("plain");
  const argv = ["-p", "plain", "gateway", "run", "--no-supervise"];
  const state = tree().readState("plain");
  expect(state).toMatchObject({
    gateway_state: "running",
    kind: "hermes-gateway",
    pid,
    hermes_home: tree().profile("plain"),
    exit_reason: null,
  });
  expect(state["argv"]).toEqual([join(tree().bin, "hermes"), ...argv]);
  expect(JSON.parse(readFileSync(pidFileOf("plain"), "utf8"))).toMatchObject({
    pid,
    kind: "hermes-gateway",
    start_time: state["start_time"],
  });
  const health = await (await ask("plain", "/health")).text();
  expect(JSON.parse(health)).toMatchObject({ status: "running", profile: "plain", pid });
  expect(health).toContain("run `hermes -p plain setup`");
  expect((await ask("plain", "/other")).status).toBe(404);
  await signal("TERM", pid);
  expect(await ended).toMatchObject({ code: 0, stdout: "" });
  expect(tree().readState("plain")).toMatchObject({
    gateway_state: "running",
    exit_reason: "SIGTERM",
  });
  expect(existsSync(pidFileOf("plain"))).toBe(false);
  expect(existsSync(socketOf("plain"))).toBe(false);
});

test.each(["INT", "HUP"])("hermes gateway run ends cleanly on SIG%s", async (name) => {
  tree().addProfile("signalled");
  const { pid, ended } = await startInForeground("signalled");
  await signal(name, pid);
  expect((await ended).code).toBe(0);
  expect(tree().readState("signalled")).toMatchObject({ exit_reason: `SIG${name}` });
  await tree().run(["/bin/rm", join(tree().profile("signalled"), "gateway_state.json")]);
});

test("hermes gateway run refuses a second one and names the first", async () => {
  tree().addProfile("single");
  const { pid, ended } = await startInForeground("single");
  const second = await runInForeground("single").ended;
  expect(second).toEqual({
    code: 1,
    stdout: "",
    stderr: `✗ Cannot run gateway 'single': pid ${pid} runs it already\n  Hint: stop that one, or take over with \`--replace\`\n`,
  });
  expect(tree().readState("single")).toMatchObject({ gateway_state: "running", pid });
  await signal("TERM", pid);
  expect((await ended).code).toBe(0);
});

test("hermes gateway run --replace takes over", async () => {
  tree().addProfile("passed");
  const first = await startInForeground("passed");
  const second = runInForeground("passed", "--replace");
  expect((await first.ended).code).toBe(0);
  await waitFor("the second gateway", () => {
    const { gateway_state: state, pid } = tree().readState("passed");
    return state === "running" && pid !== first.pid && existsSync(socketOf("passed"));
  });
  const [gateway] = tree().gateways("passed");
  expect(tree().gateways("passed").length).toBe(1);
  const health = await ask("passed", "/health");
  expect(await health.json()).toMatchObject({ pid: gateway?.pid });
  await signal("TERM", gateway?.pid ?? 0);
  const { code, stderr } = await second.ended;
  expect(code).toBe(0);
  expect(stderr).toContain(`Taking over gateway 'passed' from pid ${first.pid}\n`);
});

test("hermes gateway run after kill -9 has the lock at once, and no trust in what was left", async () => {
  tree().addProfile("killed");
  const first = await startInForeground("killed");
  await signal("KILL", first.pid);
  expect((await first.ended).code).toBe(137);
  expect(existsSync(pidFileOf("killed"))).toBe(true);
  const before = tree().readState("killed");
  const second = runInForeground("killed");
  await waitFor("another gateway", () => tree().readState("killed")["pid"] !== before["pid"]);
  await waitFor("its socket to answer", async () => {
    const answer = await ask("killed", "/health").catch(() => null);
    return answer?.ok === true;
  });
  await signal("TERM", tree().gateways("killed")[0]?.pid ?? 0);
  expect((await second.ended).code).toBe(0);
});

test("of several hermes gateway run at once exactly one runs", async () => {
  tree().addProfile("raced");
  const all = Array.from({ length: 4 }, () => runInForeground("raced").ended);
  let pid = 0;
  await waitFor("one to run and the others to give up", () => {
    const running = tree()
      .gateways("raced")
      .filter(({ argv }) => argv[0]?.endsWith("hermes"));
    pid = running[0]?.pid ?? 0;
    return running.length === 1 && tree().readState("raced")["pid"] === pid;
  });
  await signal("TERM", pid);
  const results = await Promise.all(all);
  expect(results.filter(({ code }) => code === 0).length).toBe(1);
  expect(results.filter(({ code }) => code === 1).length).toBe(3);
  for (const { code, stderr } of results) {
    if (code === 1) expect(stderr).toStartWith("✗ Cannot run gateway 'raced': ");
  }
});

test("hermes gateway run --replace ends an agent that has no lock of ours", async () => {
  tree().addProfile("agent");
  const script = 'trap "exit 0" TERM; while :; do sleep 0.1; done';
  const argv = ["/bin/sh", "-c", script, "hermes", "gateway", "run"];
  const agent = Bun.spawn([...tree().enter(argv)], { stdout: "ignore", stderr: "ignore" });
  const isAgent = () =>
    tree()
      .processes()
      .find((one) => one.argv.includes(script));
  await waitFor("the agent", () => isAgent() !== undefined);
  writeFileSync(pidFileOf("agent"), String(isAgent()?.pid));
  expect((await runInForeground("agent").ended).code).toBe(1);
  const { pid, ended } = await startInForeground("agent", "--replace");
  expect(await agent.exited).toBe(0);
  await signal("TERM", pid);
  expect((await ended).code).toBe(0);
});

test("hermes gateway run of a profile that does not exist ends with 78", async () => {
  const { code, stderr } = await runInForeground("nobody").ended;
  expect(code).toBe(78);
  expect(stderr).toStartWith("✗ Cannot run gateway 'nobody': no such profile\n");
});

test("hermes gateway run under s6 starts the slot and becomes `sleep infinity`", async () => {
  tree().addProfile("redirected");
  const argv = [join(tree().bin, "hermes"), "-p", "redirected", "gateway", "run"];
  const child = Bun.spawn([...tree().enter(argv)], {
    env: { ...tree().env },
    stdout: "pipe",
    stderr: "pipe",
  });
  const sleeper = () =>
    tree()
      .processes()
      .find((one) => one.argv.join(" ").endsWith("sleep infinity"));
  await waitFor("the sleep", () => sleeper() !== undefined);
  expect(await tree().status("redirected")).toMatchObject({ up: true, ready: true });
  const caught = /^SigIgn:\s+(\S+)$/m.exec(
    readFileSync(tree().path(`/proc/${sleeper()?.pid}/status`), "utf8"),
  );
  expect(BigInt(`0x${caught?.[1]}`) & ((1n << 12n) | (1n << 24n))).toBe(0n);
  await signal("TERM", sleeper()?.pid ?? 0);
  expect(await child.exited).toBe(143);
  const stderr = await child.stderr.text();
  expect(stderr).toContain("--no-supervise");
  expect(stderr).toContain("HERMES_GATEWAY_NO_SUPERVISE");
  expect(stderr.split("\n").length).toBe(2);
  expect(await tree().status("redirected")).toMatchObject({ up: true, ready: true });
});

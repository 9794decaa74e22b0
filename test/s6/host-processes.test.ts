import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requestFromSocket, serveOnAddress } from "../../src/host/http.ts";
import { serveRequestsOnSocket } from "../../src/host/http-server.ts";
import { tryLock } from "../../src/host/lock.ts";
import { readArguments, readProcess, runCommand, sendSignal } from "../../src/host/processes.ts";
import { waitFor } from "../support/program.ts";
import { QUICK_MS } from "../support/quick.ts";

setDefaultTimeout(60_000);

const top = mkdtempSync(join(tmpdir(), "hermes-host-"));
afterAll(() => rmSync(top, { recursive: true }));

const shell = (script: string, timeoutMs = 20_000) =>
  runCommand(["/bin/sh", "-c", script], { timeoutMs });

test("runCommand() tells exit code, output and signal", async () => {
  expect(await shell("echo out; echo err >&2; exit 7")).toMatchObject({
    exitCode: 7,
    signal: null,
    stdout: "out\n",
    stderr: "err\n",
    timedOut: false,
  });
  expect(await shell("kill -s KILL $$")).toMatchObject({ exitCode: null, signal: "SIGKILL" });
});

test("runCommand() passes stdin, an environment and a directory, / without one", async () => {
  const options = { timeoutMs: 20_000, stdin: "in\n", environment: { ONE: "1" }, cwd: top };
  const script = 'cat; echo "$ONE-${PATH:+x}"; pwd';
  const { stdout } = await runCommand(["/bin/sh", "-c", script], options);
  expect(stdout.split("\n").filter((line) => line !== "1-x" && line !== "1-")).toEqual([
    "in",
    top,
    "",
  ]);
  expect((await shell("pwd")).stdout).toBe("/\n");
});

test("runCommand() says that a program cannot be started, as a shell does", async () => {
  const result = await runCommand(["/nowhere/program"], { timeoutMs: 1000 });
  expect(result).toMatchObject({ exitCode: 127, timedOut: false });
  expect(result.stderr).not.toBe("");
});

test("runCommand() kills a program at its limit", async () => {
  const started = performance.now();
  const result = await shell("trap '' TERM; while :; do sleep 0.1; done", 300);
  expect(result).toMatchObject({ exitCode: null, signal: "SIGKILL", timedOut: true });
  expect(performance.now() - started).toBeLessThan(QUICK_MS);
});

test("runCommand() keeps its limit although a grandchild holds the output open", async () => {
  const started = performance.now();
  const result = await shell("sleep 30 & exec sleep 30", 300);
  expect(result).toMatchObject({ timedOut: true });
  expect(performance.now() - started).toBeLessThan(QUICK_MS);
});

test("readProcess() and readArguments() know the living, not zombies and the dead", async () => {
  const child = Bun.spawn(["/bin/sh", "-c", "sleep 0.01 & exec sleep 100"], { stdout: "ignore" });
  expect(readProcess(child.pid)).toMatchObject({ pid: child.pid, parent: process.pid });
  await waitFor("the exec", () => readArguments(child.pid).join(" ") === "sleep 100");
  const children = `/proc/${child.pid}/task/${child.pid}/children`;
  const zombie = Number(await Bun.file(children).text());
  await waitFor("the zombie", () => readProcess(zombie) === null);
  expect(existsSync(`/proc/${zombie}`)).toBe(true);
  expect(sendSignal(child.pid, "SIGKILL")).toBe(true);
  await child.exited;
  expect(readProcess(child.pid)).toBeNull();
  expect(readArguments(child.pid)).toEqual([]);
  expect(sendSignal(child.pid, "SIGKILL")).toBe(false);
});

test("tryLock() is held by one process at a time, and given back when that is killed", async () => {
  const path = join(top, "lock");
  const script = join(top, "holder.ts");
  const module = join(import.meta.dir, "../../src/host/lock.ts");
  writeFileSync(
    script,
    `import { tryLock } from ${JSON.stringify(module)};
    const lock = tryLock(${JSON.stringify(path)});
    console.log(lock === null ? "refused" : "held");
    setInterval(() => lock?.release === undefined, 1000);`,
  );
  const holder = Bun.spawn([process.execPath, script], { stdout: "pipe" });
  const { value } = await holder.stdout.getReader().read();
  expect(new TextDecoder().decode(value)).toBe("held\n");
  expect(tryLock(path)).toBeNull();
  holder.kill("SIGKILL");
  await holder.exited;
  const lock = tryLock(path);
  expect(lock).not.toBeNull();
  expect(tryLock(path)).toBeNull();
  lock?.release();
  const again = tryLock(path);
  expect(again).not.toBeNull();
  again?.release();
  expect(() => tryLock(join(top, "nowhere/lock"))).toThrow();
});

const noBug = (error: unknown) => {
  throw error;
};

test("serveRequestsOnSocket() takes over a left-over socket and removes its own", async () => {
  const socket = join(top, "socket");
  writeFileSync(socket, "left over");
  const server = serveRequestsOnSocket(socket, {
    handle: async (request) =>
      request.url.endsWith("/health")
        ? Response.json({ ok: true })
        : new Response(null, { status: 404 }),
    onBug: noBug,
  });
  expect(await requestFromSocket(socket, "/health", 20_000)).toEqual({ ok: true });
  expect(await requestFromSocket(socket, "/other", 20_000)).toBeNull();
  await server.close();
  expect(existsSync(socket)).toBe(false);
  expect(await requestFromSocket(socket, "/health", 20_000)).toBeNull();
});

test("serveRequestsOnSocket() tells of a bug, and the client of nothing", async () => {
  const socket = join(top, "buggy");
  const bugs: unknown[] = [];
  const server = serveRequestsOnSocket(socket, {
    handle: () => Promise.reject(new Error("secret")),
    onBug: (bug) => bugs.push(bug),
  });
  const response = await fetch("http://localhost/", { unix: socket });
  expect(response.status).toBe(500);
  expect(await response.text()).toBe("");
  expect(bugs).toEqual([new Error("secret")]);
  await server.close();
});

test("requestFromSocket() waits no longer than it may", async () => {
  const socket = join(top, "silent");
  const server = serveRequestsOnSocket(socket, {
    handle: async () => {
      await Bun.sleep(60_000);
      return new Response();
    },
    onBug: noBug,
  });
  const started = performance.now();
  expect(await requestFromSocket(socket, "/", 200)).toBeNull();
  expect(performance.now() - started).toBeLessThan(QUICK_MS);
  await server.close();
});

test("serveOnAddress() refuses an address in use", async () => {
  const first = serveOnAddress({ host: "127.0.0.1", port: 19_119 }, () => ({ first: true }));
  expect(() => serveOnAddress({ host: "127.0.0.1", port: 19_119 }, () => null)).toThrow();
  const answer = await fetch("http://127.0.0.1:19119/");
  expect(await answer.json()).toEqual({ first: true });
  await first.close(1000);
});

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findExecutable } from "./executable.ts";
import { waitFor, type ProgramResult } from "./program.ts";

export interface Installation extends Disposable {
  readonly home: string;
  readonly socket: string;
  readonly env: Readonly<Record<string, string>>;
  readonly write: (file: string, text: string) => void;
  readonly read: (file: string) => string;
  /** The same one, with further variables for its gateways. */
  readonly with: (environment: Readonly<Record<string, string>>) => Pick<Installation, "run">;
  readonly state: () => Readonly<Record<string, unknown>>;
  /** Starts `hermes gateway run --no-supervise`, in the foreground; it may end at once. */
  readonly start: (...flags: readonly string[]) => ForegroundGateway;
  /** Starts it and waits until it answers. */
  readonly run: (...flags: readonly string[]) => Promise<ForegroundGateway>;
}

export interface ForegroundGateway {
  readonly pid: number;
  readonly ended: Promise<Omit<ProgramResult, "milliseconds">>;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** What it said so far on stderr. */
  readonly said: () => string;
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>;
}

/** Reads a stream to its end, and shows what came so far. */
function follow(stream: ReadableStream<Uint8Array>) {
  let text = "";
  const whole = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) text += decoder.decode(chunk, { stream: true });
    return text;
  })();
  return { soFar: () => text, whole };
}

async function untilItRuns(gateway: ForegroundGateway): Promise<ForegroundGateway> {
  await waitFor(`the gateway to run: ${gateway.said()}`, async () => {
    if (!gateway.said().includes(`runs (pid ${gateway.pid})`)) return false;
    return (await gateway.ask("/health")).ok;
  });
  return gateway;
}

/** An installation of its own for one test, with a gateway that the compiled executable is. */
export function makeInstallation(environment: Readonly<Record<string, string>> = {}): Installation {
  const directory = mkdtempSync(join(tmpdir(), "hermes-agent-"));
  const home = join(directory, "home");
  const socket = join(directory, "run/hermes/gateway-default.sock");
  mkdirSync(home);
  const env = { PATH: "/usr/bin:/bin", HOME: directory, HERMES_HOME: home, ...environment };
  const all = { ...env, XDG_RUNTIME_DIR: join(directory, "run") };
  const children: Bun.Subprocess[] = [];

  const startWith = (
    more: Readonly<Record<string, string>>,
    flags: readonly string[],
  ): ForegroundGateway => {
    const argv = [findExecutable(), "gateway", "run", "--no-supervise", ...flags];
    const options = { stdin: "ignore", stdout: "pipe", stderr: "pipe" } as const;
    const child = Bun.spawn(argv, { ...options, env: { ...all, ...more } });
    children.push(child);
    const [stdout, stderr] = [follow(child.stdout), follow(child.stderr)];
    const ended = Promise.all([child.exited, stdout.whole, stderr.whole]);
    return {
      pid: child.pid,
      ended: ended.then(([code, out, err]) => ({ code, stdout: out, stderr: err })),
      signal: (signal) => child.kill(signal),
      said: stderr.soFar,
      ask: (path, init = {}) => fetch(`http://localhost${path}`, { ...init, unix: socket }),
    };
  };

  return {
    home,
    socket,
    env: all,
    write: (file, text) => writeFileSync(join(home, file), text),
    read: (file) => readFileSync(join(home, file), "utf8"),
    state: () => {
      const path = join(home, "gateway_state.json");
      const value: unknown = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
      return typeof value === "object" && value !== null ? { ...value } : {};
    },
    with: (more) => ({ run: (...flags) => untilItRuns(startWith(more, flags)) }),
    start: (...flags) => startWith({}, flags),
    run: (...flags) => untilItRuns(startWith({}, flags)),
    [Symbol.dispose]: () => {
      for (const child of children) child.kill("SIGKILL");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A port on which nobody listens now. */
export function findFreePort(): number {
  using server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  return server.port;
}

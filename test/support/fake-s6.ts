import { basename, join } from "node:path";
import type { FakeHost } from "./fake-host.ts";
import type { Answer } from "./fake-processes.ts";
import { statusBytes } from "./status-bytes.ts";

/** What the fake supervisor knows of one service; a test sets it to what it needs. */
export interface FakeService {
  up: boolean;
  wantedUp: boolean;
  ready: boolean;
  pid: number;
  exitCode: number;
  signal: string;
  /** Milliseconds from `s6-svc -u` to readiness; null where the gateway never gets ready. */
  readyAfter: number | null;
  /** Ends with this exit code as soon as it is started. */
  failsWith: number | null;
  /** Whether its finish script has ended, where it is down. */
  finished: boolean;
  /** Seconds since it went up or down. */
  secondsInState: number;
  /** What s6-svstat says instead of its status. */
  broken: string | null;
  /** Whether it outlives every signal. */
  stubborn: boolean;
  /** Whether its supervisor is kept from every order. */
  busy: boolean;
}

/** TAI64N labels, each later than the one before. */
const BEFORE = "@400000006738a0000000000a";
const EARLY = "@400000006738a0000000000b";
const LATE = "@400000006738a0000000000c";

/** Programs that exist in the fake's `/command`. */
const PROGRAMS = [
  "s6-log",
  "s6-notifyoncheck",
  "s6-setlock",
  "s6-setuidgid",
  "s6-softlimit",
  "s6-sudo",
  "s6-svc",
  "s6-svperms",
  "s6-svscanctl",
  "s6-svstat",
  "s6-svwait",
] as const;

/** Puts a fake s6 into a host: its programs, and a live scan directory. */
export function installS6(host: FakeHost, scanDir = "/run/service"): FakeS6 {
  return new FakeS6(host, scanDir);
}

/** A fake of s6: services are supervised once their slot is visible and `s6-svscanctl` was called. */
export class FakeS6 {
  readonly services = new Map<string, FakeService>();
  readonly #host: FakeHost;
  readonly #scanDir: string;
  #nextPid = 100;
  /** Milliseconds from the moment when s6-supervise takes commands to the one when it says its first status. */
  statusDelay = 0;
  /** What services that are new are like. */
  fresh: Partial<FakeService> = {};

  constructor(host: FakeHost, scanDir: string) {
    this.#host = host;
    this.#scanDir = scanDir;
    const { disk, table } = host;
    disk.putDirectory(scanDir);
    disk.putFifo(`${scanDir}/.s6-svscan/control`, "present");
    for (const program of PROGRAMS) disk.putFile(`/command/${program}`, "", { mode: 0o755 });
    table.install("mkfifo", (args) => {
      for (const path of args.filter((arg) => arg.startsWith("/"))) disk.putFifo(path, "absent");
      return {};
    });
    table.install("s6-svscanctl", () => this.#scan());
    table.install("s6-svstat", ([, fields = "", slot = ""]) => this.#status(fields, slot));
    table.install("s6-svc", ([flag = "", slot = ""]) => this.#control(flag, slot));
    table.install("s6-svwait", (args) => this.#wait(args));
  }

  /** Supervises the services of another one, with the same states and pids. */
  copyFrom(other: FakeS6): void {
    for (const [slot, { ...service }] of other.services) {
      this.services.set(slot, service);
      if (!service.up) continue;
      this.#host.table.start(service.pid);
      if (!service.ready) this.#becomeReady(service);
    }
    this.#nextPid = other.#nextPid;
  }

  /** Supervises a slot that a test put there by hand. */
  supervise(slot: string, service: Partial<FakeService> = {}): FakeService {
    this.#host.disk.putFifo(join(slot, "supervise/control"), "present");
    this.#host.disk.putFifo(join(slot, "log/supervise/control"), "present");
    this.#host.clock.after(this.statusDelay, () => {
      this.#host.disk.putFile(join(slot, "supervise/status"), "");
      this.#host.disk.putFile(join(slot, "log/supervise/status"), "");
    });
    this.#host.clock.advance(0);
    const state = {
      up: false,
      wantedUp: false,
      ready: false,
      pid: -1,
      exitCode: 0,
      signal: "NA",
      readyAfter: 0,
      failsWith: null,
      finished: true,
      secondsInState: 7,
      broken: null,
      stubborn: false,
      busy: false,
      ...this.fresh,
      ...service,
    };
    this.services.set(slot, state);
    this.#writeStatus(slot, state);
    return state;
  }

  /** What s6-supervise writes for a logger, which is read without asking s6-svstat. */
  #writeStatus(slot: string, { up, wantedUp, pid }: FakeService): void {
    if (basename(slot) !== "log") return;
    const now = this.#host.clock.now();
    const status = { since: now, readySince: now, pid: up ? pid : 0, flags: wantedUp ? 4 : 0 };
    this.#host.disk.putFile(join(slot, "supervise/status"), statusBytes(status));
  }

  #scan(): Answer {
    const outcome = this.#host.files.listDirectory(this.#scanDir);
    const names = outcome.kind === "names" ? outcome.names : [];
    for (const name of names.filter((one) => one !== ".s6-svscan")) {
      const slot = join(this.#scanDir, name);
      if (name.startsWith(".")) this.#leave(name);
      else if (!this.services.has(slot)) this.supervise(slot);
    }
    for (const slot of this.services.keys()) {
      if (!this.#host.disk.has(slot)) this.services.delete(slot);
    }
    return {};
  }

  /** A slot that is hidden leaves: its supervisors bring their services down and exit. */
  #leave(name: string): void {
    const service = this.services.get(join(this.#scanDir, name.replace(/^\.(.*)\.\w+$/, "$1")));
    if (service?.busy === true) return;
    const slot = join(this.#scanDir, name);
    this.#host.disk.putFifo(join(slot, "supervise/control"), "absent");
    this.#host.disk.putFifo(join(slot, "log/supervise/control"), "absent");
    if (service !== undefined) Object.assign(service, { up: false, ready: false, pid: -1 });
  }

  #status(fields: string, slot: string): Answer {
    const service = this.services.get(slot);
    if (service === undefined) return { exitCode: 1, stderr: "s6-svstat: not supervised" };
    if (!this.#host.disk.has(join(slot, "supervise/status"))) {
      return { exitCode: 111, stderr: "s6-svstat: fatal: unable to read status" };
    }
    if (service.broken !== null) return { exitCode: 111, stderr: `${service.broken}\n` };
    const finished = !service.up && service.finished;
    const values: Readonly<Record<string, boolean | number | string>> = {
      up: service.up,
      wantedup: service.wantedUp,
      ready: service.ready,
      pid: service.pid,
      exitcode: service.exitCode,
      signal: service.signal,
      updownfor: service.secondsInState,
      updownsince: EARLY,
      readysince: service.ready || finished ? LATE : BEFORE,
    };
    return {
      stdout: `${fields
        .split(",")
        .map((field) => values[field] ?? "?")
        .join(" ")}\n`,
    };
  }

  #control(flag: string, slot: string): Answer {
    const service = this.services.get(slot);
    if (service === undefined) return { exitCode: 111, stderr: `s6-svc: fatal: ${slot}` };
    if (flag !== "-u" && !service.stubborn) {
      Object.assign(service, { up: false, ready: false, pid: -1, signal: "SIGTERM" });
    }
    if (flag.includes("u")) this.#start(service);
    service.wantedUp = flag.includes("u") && service.failsWith === null;
    this.#writeStatus(slot, service);
    return {};
  }

  #start(service: FakeService): void {
    if (service.up) return;
    if (service.failsWith !== null) {
      service.exitCode = service.failsWith;
      return;
    }
    this.#nextPid += 1;
    Object.assign(service, { up: true, pid: this.#nextPid });
    this.#host.table.start(this.#nextPid);
    this.#becomeReady(service);
  }

  #becomeReady(service: FakeService): void {
    if (service.readyAfter === null) return;
    this.#host.clock.after(service.readyAfter, () => {
      service.ready = service.up;
    });
  }

  #wait(args: readonly string[]): Answer {
    const limit = Number(args[args.indexOf("-t") + 1]);
    const slots = args.filter((arg) => arg.startsWith("/"));
    const down = () => slots.every((slot) => this.services.get(slot)?.up !== true);
    if (!down()) this.#host.clock.advance(limit);
    return { exitCode: down() ? 0 : 99 };
  }
}

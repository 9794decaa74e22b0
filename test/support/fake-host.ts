import { makeHarmless } from "../../src/core/printable.ts";
import type { Host } from "../../src/host/host.ts";
import type { ScreenEvent } from "../../src/host/full-screen.ts";
import type { TerminalSize } from "../../src/host/terminal-size.ts";
import type { JsonAnswer } from "../../src/host/http.ts";
import {
  HttpFailure,
  type HttpClientRequest,
  type HttpClientResponse,
} from "../../src/host/http-client.ts";
import type { RequestServer, RequestServerOptions } from "../../src/host/http-server.ts";
import { parsePasswd, type User } from "../../src/host/users.ts";
import { FakeClock } from "./fake-clock.ts";
import { FakeDisk } from "./fake-disk.ts";
import { FakeTerminal } from "./fake-terminal.ts";
import { FakeProcesses } from "./fake-processes.ts";
import { systemError } from "./system-error.ts";

export const HERMES: User = { name: "hermes", uid: 10_000, gid: 10_000, home: "/opt/data" };

/** A name that leads to no address. */
export const UNKNOWN_HOST = "nowhere.invalid";

export interface FakeHostOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly uid?: number;
  /** Lines of `/etc/passwd`. */
  readonly users?: readonly User[];
  /** Supplementary groups of this process. */
  readonly groups?: readonly number[];
  readonly argv?: readonly string[];
  readonly isTerminal?: boolean;
  /** Whether stdout and stderr are terminals. */
  readonly isOutputTerminal?: boolean;
  /** The terminal on stdout; none without. */
  readonly terminal?: TerminalSize;
  /** What happens on a screen, one after the other; `quit` after the last. */
  readonly screenEvents?: readonly ScreenEvent[];
  /** The directory of this process. */
  readonly directory?: string;
  /** Lines on stdin. */
  readonly input?: readonly string[];
}

/** A whole world in memory: what a room does to it can be read back from its parts. */
export class FakeHost implements Host {
  readonly disk = new FakeDisk();
  readonly table = new FakeProcesses();
  readonly clock = new FakeClock();
  readonly environment: Record<string, string | undefined>;
  readonly self: Host["self"];
  readonly input: Host["input"];
  /** What was printed on stdout. */
  stdout = "";
  /** Lines on stderr. */
  readonly notes: string[] = [];
  readonly terminal = new FakeTerminal();
  /** Sockets and `host:port` addresses on which somebody answers. */
  readonly sockets = new Map<string, JsonAnswer>();
  /** Sockets and `host:port` addresses on which requests are answered. */
  readonly listeners = new Map<string, (request: Request) => Promise<Response>>();
  /** What strangers' HTTP servers answer; nobody listens anywhere until a test says so. */
  answerHttp: (request: HttpClientRequest) => HttpClientResponse | Promise<HttpClientResponse> =
    () => {
      throw new HttpFailure("no-connection", "ECONNREFUSED");
    };
  /** Pictures that were drawn on a screen, and `closed` once it was. */
  readonly screen: string[] = [];
  readonly #options: FakeHostOptions;
  readonly #locks = new Set<string>();
  readonly #isOutputTerminal: boolean;
  #uid: number;
  #directory: string;
  #end: ((signal: NodeJS.Signals) => void) | null = null;
  readonly #groups: readonly number[];

  constructor(options: FakeHostOptions = {}) {
    this.environment = { PATH: "/usr/bin", HOME: "/root", ...options.environment };
    this.#options = options;
    this.#uid = options.uid ?? 10_000;
    this.disk.followsLinks = this.#mayFollowLinks(options.users ?? []);
    this.#directory = options.directory ?? "/";
    this.#groups = options.groups ?? [];
    this.#isOutputTerminal = options.isOutputTerminal ?? options.terminal !== undefined;
    for (const { name, uid, gid, home } of options.users ?? []) {
      const line = `${name}:x:${uid}:${gid}::${home}:/bin/sh\n`;
      this.disk.putFile("/etc/passwd", `${this.disk.text("/etc/passwd") ?? ""}${line}`);
    }
    const lines = [...(options.input ?? [])];
    this.self = {
      pid: 4242,
      architecture: "x64",
      executable: "/usr/local/bin/hermes",
      argv: options.argv ?? ["hermes"],
      directory: () => this.#directory,
      enterDirectory: (path) => {
        const status = this.files.readStatus(path);
        if (status === null) throw systemError("ENOENT");
        if (status.kind !== "directory") throw systemError("ENOTDIR");
        if (status.uid !== this.#uid && (status.mode & 0o001) === 0) throw systemError("EACCES");
        this.#directory = path;
      },
      setVariable: (name, value) => {
        if (value === null) delete this.environment[name];
        else this.environment[name] = value;
      },
      waitForEndSignal: () =>
        new Promise((resolve) => {
          this.#end = resolve;
        }),
      restartLean: () => undefined,
    };
    this.input = {
      isTerminal: () => options.isTerminal ?? false,
      readAll: () => lines.splice(0).join("\n"),
      readLine: () => lines.shift() ?? null,
    };
    this.table.start(this.self.pid);
  }

  readonly files = this.disk.files;
  readonly processes = this.table.processes;
  readonly users: Host["users"] = {
    parsePasswd,
    findUserByName: (name) => this.#users().find((user) => user.name === name) ?? null,
    findUserById: (uid) => this.#users().find((user) => user.uid === uid) ?? null,
    givenGroups: () => this.#groups,
    currentUid: () => this.#uid,
    currentGid: () => this.#uid,
    becomeUser: (user) => {
      this.#uid = user.uid;
      this.disk.followsLinks = this.#mayFollowLinks(this.#users());
      this.users.nameUser(user);
    },
    withGroup: (gid, work) => this.#as({ ...this.disk.creator, gid }, work),
    withUser: ({ uid, gid }, work) => this.#as({ uid, gid }, work),
    actAsUser: ({ uid, gid }, work) => this.#as({ uid, gid }, work),
    nameUser: ({ home, name }) => {
      Object.assign(this.environment, { HOME: home, USER: name, LOGNAME: name });
    },
  };
  readonly output: Host["output"] = {
    result: (text) => {
      this.stdout += makeHarmless(text);
    },
    rawResult: (text) => {
      this.stdout += text;
    },
    watchReader: async () => ({ gone: new Promise(() => undefined), stop: () => undefined }),
    note: (line) => {
      this.notes.push(makeHarmless(line));
    },
    isTerminal: () => this.#isOutputTerminal,
  };

  #mayFollowLinks(users: readonly User[]): boolean {
    return this.#uid !== 0 || users.every(({ name }) => name !== HERMES.name);
  }

  #as<T>(creator: { readonly uid: number; readonly gid: number }, work: () => T): T {
    const before = this.disk.creator;
    const { followsLinks } = this.disk;
    this.disk.creator = creator;
    this.disk.followsLinks ||= creator.uid !== 0;
    try {
      return work();
    } finally {
      this.disk.creator = before;
      this.disk.followsLinks = followsLinks;
    }
  }

  #users(): readonly User[] {
    return parsePasswd(this.disk.text("/etc/passwd") ?? "");
  }

  #serve(key: string, answer: JsonAnswer): RequestServer {
    if (this.sockets.has(key)) throw systemError("EADDRINUSE");
    this.sockets.set(key, answer);
    return {
      close: async () => {
        this.sockets.delete(key);
      },
    };
  }

  #listen(
    key: string,
    { handle }: RequestServerOptions,
    closed: () => void = () => undefined,
  ): RequestServer {
    if (this.listeners.has(key)) throw systemError("EADDRINUSE");
    this.listeners.set(key, (request) => handle(request, () => undefined));
    return {
      close: async () => {
        this.listeners.delete(key);
        closed();
      },
    };
  }

  /** Makes `path` a lock that another process holds, until the function returned is called. */
  holdLock(path: string): () => void {
    this.#locks.add(path);
    return () => this.#locks.delete(path);
  }

  isLocked(path: string): boolean {
    return this.#locks.has(path);
  }

  /** Asks this process to end. */
  end(signal: NodeJS.Signals): void {
    this.#end?.(signal);
  }

  readonly loadLock: Host["loadLock"] = async () => {
    const tryLock = (path: string) => {
      if (this.#locks.has(path)) return null;
      this.#locks.add(path);
      return { release: () => this.#locks.delete(path) };
    };
    return { tryLock, tryForeignLock: tryLock };
  };

  readonly loadHttp: Host["loadHttp"] = async () => ({
    isKnownHost: async (name) => name !== UNKNOWN_HOST,
    serveOnAddress: ({ host, port }, answer) => this.#serve(`${host}:${port}`, answer),
    requestFromSocket: async (socket, path) => this.sockets.get(socket)?.(path) ?? null,
  });

  readonly loadRawTerminal: Host["loadRawTerminal"] = async () => ({
    openTerminal: () => this.terminal,
  });

  readonly loadChildren: Host["loadChildren"] = async () => {
    throw new Error("What starts real programs is tested with real programs");
  };

  readonly loadLogStreams: Host["loadLogStreams"] = async () => {
    throw new Error("What reads stdin without waiting is tested with real pipes");
  };

  readonly loadHttpServer: Host["loadHttpServer"] = async () => ({
    serveRequestsOnSocket: (path, options) => {
      this.disk.putSocket(path);
      return this.#listen(path, options, () => this.disk.files.removeFile(path));
    },
    serveRequestsOnAddress: ({ host, port }, options) => this.#listen(`${host}:${port}`, options),
  });

  readonly loadHttpClient: Host["loadHttpClient"] = async () => ({
    HttpFailure,
    prepareHttpClient: async () => undefined,
    requestHttp: async (request) => this.answerHttp(request),
  });

  readonly loadTerminalSize: Host["loadTerminalSize"] = async () => ({
    readTerminalSize: () => this.#options.terminal ?? { columns: 80, rows: 24 },
  });

  readonly loadFullScreen: Host["loadFullScreen"] = async () => ({
    openFullScreen: () => {
      const events = [...(this.#options.screenEvents ?? [])];
      return {
        draw: (lines) => void this.screen.push(lines.join("\n")),
        size: () => this.#options.terminal ?? { columns: 80, rows: 24 },
        next: async () => events.shift() ?? "quit",
        close: () => void this.screen.push("closed"),
      };
    },
  });
}

import { afterAll, beforeAll, setDefaultTimeout } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installExecutable } from "./executable.ts";
import { Namespace, type NamespaceProcess } from "./namespace.ts";
import { waitFor, type ProgramOptions, type ProgramResult } from "./program.ts";

export interface RunOptions extends ProgramOptions {
  /** The user and the group that run it; root without. */
  readonly uid?: number;
}

export interface TreeOptions {
  /** Variables of s6-svscan, and so of every gateway, besides the usual ones. */
  readonly env?: Readonly<Record<string, string>>;
  /** Shell lines that run before s6-svscan, as root, in the tree's own namespace; `$TREE` is its directory. */
  readonly prepare?: string;
  /** Where `hermes` is in the tree's namespace; a directory of the tree without. */
  readonly bin?: string;
}

/** What s6 says of a slot. */
export interface SlotStatus {
  readonly up: boolean;
  readonly wantedUp: boolean;
  readonly ready: boolean;
  readonly pid: number;
}

/** A stack, or the words in front of one. */
const STACK = /This is a bug in hermes|^\s+at .+[:(]\d*\d+:\d+|\$bunfs|panic/m;

/** A real s6-svscan on a temporary scan directory, as PID 1 of namespaces of its own. */
export class S6Tree implements AsyncDisposable {
  readonly directory: string;
  readonly home: string;
  readonly scanDir: string;
  /** `hermes` and `hermes-boot` are in here. */
  readonly bin: string;
  readonly env: Readonly<Record<string, string>>;
  readonly #script: string;
  #namespace: Namespace | null = null;

  private constructor({ env = {}, prepare = "", bin }: TreeOptions) {
    this.directory = mkdtempSync(join(tmpdir(), "hermes-s6-"));
    chmodSync(this.directory, 0o755);
    this.home = join(this.directory, "home");
    this.scanDir = join(this.directory, "scan");
    this.bin = bin ?? join(this.directory, "bin");
    this.env = {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      HOME: "/root",
      TREE: this.directory,
      SVSCAN_FLAGS: "",
      HERMES_HOME: this.home,
      S6_PROFILE_GATEWAY_SCANDIR: this.scanDir,
      XDG_RUNTIME_DIR: join(this.directory, "xdg"),
      ...env,
    };
    this.#script = `mount -t tmpfs -o mode=755 tmpfs /run\n${prepare}\ncd /\nexec s6-svscan $SVSCAN_FLAGS "$TREE/scan"`;
  }

  static async start(options: TreeOptions = {}): Promise<S6Tree> {
    const tree = new S6Tree(options);
    try {
      mkdirSync(tree.home, 0o755);
      installExecutable(join(tree.directory, "bin"));
      await tree.#boot();
      return tree;
    } catch (error) {
      await tree.end();
      throw error;
    }
  }

  get #inside(): Namespace {
    if (this.#namespace === null) throw new Error("The tree is not up");
    return this.#namespace;
  }

  async #boot(): Promise<void> {
    for (const name of ["scan", "xdg"]) mkdirSync(join(this.directory, name), 0o755);
    const [stdout, stderr] = [join(this.directory, "stdout"), join(this.directory, "stderr")];
    const { env } = this;
    this.#namespace = await Namespace.start({ script: this.#script, env, stdout, stderr });
    const control = join(this.scanDir, ".s6-svscan/control");
    await waitFor("s6-svscan", () => existsSync(control));
  }

  /** Ends everything at once and starts it anew, as a container's restart does: only the volume is left. */
  async restart(): Promise<void> {
    await this.#namespace?.end();
    this.#namespace = null;
    for (const name of ["scan", "xdg"]) rmSync(join(this.directory, name), { recursive: true });
    await this.#boot();
  }

  /** Runs a program in the tree's namespaces. Throws where it shows a stack. */
  async run(
    argv: readonly string[],
    { uid, env, ...options }: RunOptions = {},
  ): Promise<ProgramResult> {
    const id = String(uid);
    const drop = ["/usr/bin/setpriv", "--reuid", id, "--regid", id, "--clear-groups", "--"];
    const words = uid === undefined ? argv : [...drop, ...argv];
    const result = await this.#inside.run(words, { ...options, env: { ...this.env, ...env } });
    if (STACK.test(result.stderr))
      throw new Error(`'${argv.join(" ")}' shows a stack:\n${result.stderr}`);
    return result;
  }

  /** Runs `hermes WORDS` as root. */
  hermes(...words: readonly string[]): Promise<ProgramResult> {
    return this.run([join(this.bin, "hermes"), ...words]);
  }

  /** Runs `hermes-boot WORDS` as root. */
  boot(...words: readonly string[]): Promise<ProgramResult> {
    return this.run([join(this.bin, "hermes-boot"), ...words]);
  }

  /** The words that run a command in the tree. */
  enter(argv: readonly string[]): readonly string[] {
    return this.#inside.enter(argv);
  }

  /** A path of the tree's namespace, as this process sees it. */
  path(path: string): string {
    return this.#inside.path(path);
  }

  slot(name: string): string {
    return join(this.scanDir, `gateway-${name}`);
  }

  /** The directory of a profile. */
  profile(name: string): string {
    return name === "default" ? this.home : join(this.home, "profiles", name);
  }

  /** Makes a profile by hand, with a state file where there is one to be. Returns where this process sees it. */
  addProfile(name: string, state?: string): string {
    const directory = this.path(this.profile(name));
    mkdirSync(directory, { recursive: true });
    if (name !== "default") writeFileSync(join(directory, "SOUL.md"), "soul\n");
    if (state !== undefined) writeFileSync(join(directory, "gateway_state.json"), state);
    return directory;
  }

  /** The state file of a profile as it is now; empty where there is none. */
  readState(name: string): Readonly<Record<string, unknown>> {
    const path = this.path(join(this.profile(name), "gateway_state.json"));
    const value: unknown = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
    return typeof value === "object" && value !== null ? { ...value } : {};
  }

  /** What s6-svstat says of a slot; null where nothing supervises it. */
  async status(name: string): Promise<SlotStatus | null> {
    const fields = "up,wantedup,ready,pid";
    const { code, stdout } = await this.run(["/usr/bin/s6-svstat", "-o", fields, this.slot(name)]);
    if (code !== 0) return null;
    const [up, wantedUp, ready, pid] = stdout.trim().split(" ");
    return {
      up: up === "true",
      wantedUp: wantedUp === "true",
      ready: ready === "true",
      pid: Number(pid),
    };
  }

  /** Sends a signal to a process of the tree. */
  async signal(name: string, pid: number): Promise<void> {
    const { code, stderr } = await this.run(["/bin/sh", "-c", `kill -s ${name} ${pid}`]);
    if (code !== 0) throw new Error(`Cannot send ${name} to ${pid}: ${stderr}`);
  }

  processes(): readonly NamespaceProcess[] {
    return this.#inside.processes();
  }

  /** The processes that are a profile's gateway. */
  gateways(name: string): readonly NamespaceProcess[] {
    const words = name === "default" ? "hermes gateway run" : `hermes -p ${name} gateway run`;
    return this.processes().filter(({ argv }) => argv.join(" ").includes(words));
  }

  environmentOf(pid: number): ReadonlyMap<string, string> {
    return this.#inside.environmentOf(pid);
  }

  /** What all services printed so far. */
  output(): string {
    return readFileSync(join(this.directory, "stdout"), "utf8");
  }

  /** What s6-svscan and its supervisors complained of so far. */
  complaints(): string {
    return readFileSync(join(this.directory, "stderr"), "utf8");
  }

  async end(): Promise<void> {
    await this.#namespace?.end();
    this.#namespace = null;
    rmSync(this.directory, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end();
  }
}

/** One tree for the tests of a file. */
export function useTree(options?: TreeOptions): () => S6Tree {
  setDefaultTimeout(120_000);
  let tree: S6Tree | null = null;
  beforeAll(async () => {
    tree = await S6Tree.start(options);
  });
  afterAll(async () => {
    await tree?.end();
  });
  return () => {
    if (tree === null) throw new Error("The tree is not up yet");
    return tree;
  };
}

/** Gives a path to hermes, with what is below it. */
export function giveTo(uid: number, ...paths: readonly string[]): void {
  for (const path of paths) chownSync(path, uid, uid);
}

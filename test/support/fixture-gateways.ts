import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { EMPTY_RECORD } from "../../src/gateway/record/exit-record.ts";
import { REPOSITORY } from "./executable.ts";
import { useTree, type S6Tree, type TreeOptions } from "./s6-tree.ts";
import type { ProgramResult } from "./program.ts";

/** Gateways become `agent` in here, and that the fixture that a file in their profile names. */
const FIXTURES = join(REPOSITORY, "test/s6/fixtures");

/** Where hermes may read them, too. */
const PREPARE = `
cp -r '${FIXTURES}' "$TREE/fixtures"
chmod -R go+rX "$TREE/fixtures"
export HERMES_AGENT="$TREE/fixtures/agent"
`;

/** Gateways that behave as a test wants them to, on a real s6. */
export interface FixtureGateways {
  readonly tree: () => S6Tree;
  /** A file of the profile, as this process sees it. */
  readonly inProfile: (name: string, file: string) => string;
  /** Registers a gateway, down, that will behave so: `ends 1`. */
  readonly add: (name: string, behaviour: string) => Promise<void>;
  readonly behave: (name: string, behaviour: string) => void;
  /** Has s6 start it, and does not wait for what becomes of it. */
  readonly poke: (name: string) => Promise<ProgramResult>;
  /** Where the exit policy keeps its record of the gateway. */
  readonly recordPath: (name: string) => string;
  /** Makes the policy believe that the gateway crashed `count` times, `secondsAgo`. */
  readonly pretendCrashes: (name: string, count: number, secondsAgo?: number) => void;
  /** `hermes -p NAME gateway VERB`. */
  readonly gateway: (name: string, ...words: readonly string[]) => Promise<ProgramResult>;
  /** When the gateway was started, in milliseconds since the machine was. */
  readonly starts: (name: string) => readonly number[];
  /** `hermes -p NAME gateway status --json`. */
  readonly report: (name: string) => Promise<Readonly<Record<string, unknown>>>;
  /** What the gateway and its `finish` printed. */
  readonly log: (name: string) => string;
}

function textIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** Milliseconds since the machine started. */
function readUptime(): number {
  return Number.parseFloat(readFileSync("/proc/uptime", "utf8")) * 1000;
}

/** A tree for the tests of a file, whose gateways are fixtures. */
export function useFixtureGateways(options: TreeOptions = {}): FixtureGateways {
  const tree = useTree({ ...options, prepare: `${options.prepare ?? ""}${PREPARE}` });
  const inProfile = (name: string, file: string) => join(tree().path(tree().profile(name)), file);
  const recordPath = (name: string) =>
    join(tree().path(tree().directory), "xdg/hermes", `gateway-${name}.exits.json`);
  const behave = (name: string, behaviour: string) =>
    writeFileSync(inProfile(name, "behaviour"), `${behaviour}\n`);
  const gateway = (name: string, ...words: readonly string[]) =>
    tree().hermes("-p", name, "gateway", ...words);
  return {
    tree,
    inProfile,
    behave,
    poke: (name) => tree().run(["/usr/bin/s6-svc", "-u", tree().slot(name)]),
    recordPath,
    pretendCrashes: (name, count, secondsAgo = 0) => {
      const crashes = Array.from({ length: count }, () => readUptime() - secondsAgo * 1000);
      mkdirSync(dirname(recordPath(name)), { recursive: true });
      writeFileSync(recordPath(name), JSON.stringify({ ...EMPTY_RECORD, crashes }));
    },
    gateway,
    add: async (name, behaviour) => {
      tree().addProfile(name);
      behave(name, behaviour);
      const { code, stderr } = await tree().boot("register", name);
      if (code !== 0) throw new Error(`Cannot register '${name}': ${stderr}`);
    },
    starts: (name) =>
      textIfThere(inProfile(name, "starts")).trim().split("\n").filter(Boolean).map(Number),
    report: async (name) => {
      const { stdout } = await gateway(name, "status", "--json");
      const report: unknown = JSON.parse(stdout);
      return typeof report === "object" && report !== null ? { ...report } : {};
    },
    log: (name) => textIfThere(join(tree().path(tree().home), "logs/gateways", name, "current")),
  };
}

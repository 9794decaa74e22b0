import { expect, test } from "bun:test";
import { Glob } from "bun";
import { dirname, join, relative } from "node:path";

// A lint of the sources: it reads the disk, and the sources only.

const SRC = join(import.meta.dir, "../../src");

/** The rooms above the views: what a snapshot, a check, a log reader and the web page may use, each other included. */
const BELOW_VIEWS = ["core", "terminal", "profiles", "gateway", "services", "boot"] as const;
const VIEWS = ["status", "doctor", "logs", "panel"] as const;
const view = [...BELOW_VIEWS, ...VIEWS];

/** The rooms that a room may import values of; types are free. CONTRIBUTING.md says what is in each. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  host: ["core"],
  terminal: ["core"],
  profiles: ["core"],
  gateway: ["core", "profiles"],
  services: ["core", "profiles"],
  boot: ["core", "profiles", "gateway", "services"],
  ...Object.fromEntries(VIEWS.map((room) => [room, view])),
  agent: ["core", "terminal", "profiles"],
  cli: [...view, "host", "agent"],
  "main.ts": ["cli", "host"],
};

/** Packages and built-in modules, and the rooms that may use them. */
const MODULES: Readonly<Record<string, readonly string[]>> = {
  "node:buffer": ["host"],
  "node:path": Object.keys(ROOMS),
  "node:fs": ["host"],
  "node:os": ["core"],
  "node:tty": ["host"],
  "node:util": ["cli"],
  "bun:sqlite": ["host"],
  valibot: Object.keys(ROOMS).filter((room) => room !== "core" && room !== "main.ts"),
  yaml: ["agent"],
  citty: ["cli"],
  "consola/core": ["cli"],
};

interface SourceFile {
  /** Relative to `src/`. */
  readonly path: string;
  readonly text: string;
  /** What is left without types and comments. */
  readonly code: string;
  readonly imports: readonly { readonly target: string; readonly isDynamic: boolean }[];
}

const transpiler = new Bun.Transpiler({ loader: "ts" });

async function readSources(): Promise<readonly SourceFile[]> {
  const paths = [...new Glob("**/*.ts").scanSync(SRC)].toSorted();
  return Promise.all(
    paths.map(async (path) => {
      const text = await Bun.file(join(SRC, path)).text();
      const imports = transpiler.scanImports(text).map(({ path: specifier, kind }) => ({
        target: specifier.startsWith(".")
          ? relative(SRC, join(SRC, dirname(path), specifier))
          : specifier,
        isDynamic: kind === "dynamic-import",
      }));
      return { path, text, code: transpiler.transformSync(text), imports };
    }),
  );
}

const SOURCES = await readSources();
const PATHS = new Set(SOURCES.map(({ path }) => path));
const roomOf = (path: string) => path.split("/")[0] ?? path;

test("src/ has no file outside the rooms", () => {
  expect(SOURCES.length).toBeGreaterThan(50);
  const strays = SOURCES.filter(({ path }) => !(roomOf(path) in ROOMS));
  expect(strays.map(({ path }) => path)).toEqual([]);
});

test("a room imports values of the rooms that it may import, and of no other", () => {
  const wrong = SOURCES.flatMap(({ path, imports }) => {
    const room = roomOf(path);
    return imports
      .filter(({ target }) => PATHS.has(target))
      .filter(({ target }) => ![room, ...(ROOMS[room] ?? [])].includes(roomOf(target)))
      .map(({ target }) => `${path} imports ${target}`);
  });
  expect(wrong).toEqual([]);
});

/** The kinds of service manager: one folder each. `image/` is no kind: the supervision tree of the image as a whole. */
const KINDS = [...new Glob("*/").scanSync({ cwd: join(SRC, "services"), onlyFiles: false })].filter(
  (folder) => folder !== "image",
);
const kindOf = (path: string) => KINDS.find((kind) => path.startsWith(`services/${kind}/`));
const kindsOf = ({ path, imports }: SourceFile) =>
  new Set([path, ...imports.map(({ target }) => target)].flatMap((one) => kindOf(one) ?? []));

test("no file outside services/ names a kind of service manager, not even for its types", () => {
  expect(KINDS).toContain("s6");
  const named = new RegExp(`"[^"]*services/(?:${KINDS.join("|")})/`);
  const wrong = SOURCES.filter(({ path, text }) => roomOf(path) !== "services" && named.test(text));
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test("a kind of service manager knows no other kind, and only detect.ts knows more than one", () => {
  const several = SOURCES.filter((source) => kindsOf(source).size > 1);
  expect(several.map(({ path }) => path)).toEqual(["services/detect.ts"]);
});

test("test/unit/ has the folders of src/, and no other", () => {
  const folders = new Set([".", ...[...PATHS].map((path) => dirname(path))]);
  const tests = [...new Glob("**/*.test.ts").scanSync(import.meta.dir)];
  expect(tests.filter((path) => !folders.has(dirname(path)))).toEqual([]);
});

test("a room imports the modules that it may import, and of no other", () => {
  const wrong = SOURCES.flatMap(({ path, imports }) =>
    imports
      .filter(({ target }) => !PATHS.has(target))
      .filter(({ target }) => MODULES[target]?.includes(roomOf(path)) !== true)
      .map(({ target }) => `${path} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

// What Bun computes from a text alone is no part of the world.
test("only host/ and main.ts touch the process, Bun, the clock and the network", () => {
  const world =
    /(?<![.\w])(?:process|Bun(?!\.(?:markdown|sliceAnsi|stringWidth|stripANSI|wrapAnsi)\b)|performance|globalThis|console|require)\s*[.([]|(?<![.\w])(?:Date\.now|fetch|setTimeout|setInterval)\s*\(|new Date\(\)/;
  const wrong = SOURCES.filter(({ path }) => !["host", "main.ts"].includes(roomOf(path))).flatMap(
    ({ path, code }) =>
      code
        .split("\n")
        .filter((line) => world.test(line.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')))
        .map((line) => `${path}: ${line.trim()}`),
  );
  expect(wrong).toEqual([]);
});

test("only main.ts sets the exit code, and nothing leaves by process.exit()", () => {
  const setters = SOURCES.filter(({ code }) => code.includes("process.exitCode"));
  expect(setters.map(({ path }) => path)).toEqual(["main.ts"]);
  expect(SOURCES.filter(({ code }) => /process\.exit\(/.test(code))).toEqual([]);
});

test("there is no cycle between files", () => {
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
      return;
    }
    if (done.has(path)) return;
    done.add(path);
    const file = SOURCES.find((one) => one.path === path);
    // A command that is loaded when it is used may look at the table that names it.
    for (const { target, isDynamic } of file?.imports ?? []) {
      if (!isDynamic && PATHS.has(target)) visit(target, [...trail, path]);
    }
  };
  for (const { path } of SOURCES) visit(path, []);
  expect(cycles).toEqual([]);
});

test("there is no barrel: nothing is exported that another file of ours has made", () => {
  const barrels = SOURCES.filter(({ text }) =>
    /^export\s+(?:type\s+)?(?:\*|\{[^}]*\})(?:\s+as\s+\w+)?\s+from\s+"\./m.test(text),
  );
  expect(barrels.map(({ path }) => path)).toEqual([]);
  expect(SOURCES.filter(({ path }) => path.endsWith("/index.ts"))).toEqual([]);
});

test("there is no file that nothing imports, not even for its types", () => {
  const imported = new Set(
    SOURCES.flatMap(({ path, text }) =>
      [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, specifier = ""]) =>
        relative(SRC, join(SRC, dirname(path), specifier)),
      ),
    ),
  );
  const orphans = [...PATHS].filter((path) => path !== "main.ts" && !imported.has(path));
  expect(orphans).toEqual([]);
});

test("a file of cli/commands/ or cli/boot-commands/ is a command of the table, and only one", () => {
  const table = SOURCES.find(({ path }) => path === "cli/command-table.ts");
  const loaded = table?.imports.filter(({ isDynamic }) => isDynamic).map(({ target }) => target);
  const files = SOURCES.filter(({ path }) => /^cli\/(?:boot-)?commands\//.test(path));
  expect(new Set(loaded)).toEqual(new Set(files.map(({ path }) => path)));
  const several = files.filter(({ text }) => text.match(/^export (?!interface )/gm)?.length !== 1);
  expect(several.map(({ path }) => path)).toEqual([]);
});

test("files are named in kebab-case and have at most 300 lines", () => {
  const misnamed = [...PATHS].filter((path) => !/^(?:[a-z0-9-]+\/)*[a-z0-9-]+\.ts$/.test(path));
  expect(misnamed).toEqual([]);
  const long = SOURCES.filter(({ text }) => text.split("\n").length > 301);
  expect(long.map(({ path }) => path)).toEqual([]);
});

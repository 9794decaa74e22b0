import { afterAll, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDirectory, probeFifo, removeTree, removeFile } from "../../src/host/file-system.ts";
import { listDirectory, listUndecodable, readStatus } from "../../src/host/reading.ts";
import { readTextFile, resolveLink } from "../../src/host/text-file.ts";
import { appendToFile, createFile, writeFileAtomically } from "../../src/host/writing.ts";
import { runProgram } from "../support/program.ts";

const top = mkdtempSync(join(tmpdir(), "hermes-host-"));
afterAll(() => rmSync(top, { recursive: true }));

/** An empty directory of one test. */
function directory(name: string): string {
  const path = join(top, name);
  mkdirSync(path);
  return path;
}

const makeFifo = (path: string) => runProgram(["/usr/bin/mkfifo", path]);

test("readTextFile() reads a regular file and says what everything else is", async () => {
  const at = directory("read");
  writeFileSync(join(at, "file"), "text");
  symlinkSync(join(at, "file"), join(at, "link"));
  await makeFifo(join(at, "fifo"));
  expect(readTextFile(join(at, "file"), 4)).toEqual({ kind: "text", text: "text" });
  expect(readTextFile(join(at, "absent"), 4)).toEqual({ kind: "missing" });
  for (const [name, reason] of [
    ["", "is a directory"],
    ["fifo", "is a fifo"],
    ["file/below", "not a directory"],
  ] as const) {
    expect(readTextFile(join(at, name), 4)).toEqual({ kind: "unreadable", reason });
  }
  expect(readTextFile(join(at, "file"), 3)).toEqual({
    kind: "unreadable",
    reason: "is larger than 3 bytes",
  });
  expect(readTextFile("/dev/zero", 4)).toMatchObject({ kind: "unreadable" });
});

test("readTextFile() follows a link if no user hermes is, and says what a bad one is", async () => {
  const at = directory("follow");
  writeFileSync(join(at, "file"), "text");
  await makeFifo(join(at, "fifo"));
  const outcomes: Readonly<Record<string, string | null>> = {
    [join(at, "file")]: null,
    "./file": null,
    "/nowhere": "is a link that leads nowhere",
    loop: "is a link that leads back to itself",
    fifo: "is a link to a fifo",
    "/dev/zero": "is a link to a device",
    "/proc/self/environ": "is a link to a file of the kernel",
    "/sys/kernel/mm/transparent_hugepage/enabled": "is a link to a file of the kernel",
    ".": "is a link to a directory",
  };
  symlinkSync("loop", join(at, "loop"));
  for (const [target, reason] of Object.entries(outcomes)) {
    const link = join(at, "link");
    symlinkSync(target, link);
    expect(readTextFile(link, 4)).toEqual(
      reason === null ? { kind: "text", text: "text" } : { kind: "unreadable", reason },
    );
    rmSync(link);
  }
});

test("resolveLink() is where a change belongs: a link's target, else the path itself", () => {
  const at = directory("resolve");
  writeFileSync(join(at, "file"), "");
  symlinkSync("file", join(at, "link"));
  expect(resolveLink(join(at, "link"))).toBe(join(at, "file"));
  expect(resolveLink(join(at, "file"))).toBe(join(at, "file"));
  expect(resolveLink(join(at, "absent"))).toBe(join(at, "absent"));
});

test("listDirectory() leaves out names that are not UTF-8, which listUndecodable() shows", () => {
  const at = directory("bytes");
  writeFileSync(join(at, "caf\u00e9 \uFFFD"), "");
  writeFileSync(Buffer.concat([Buffer.from(join(at, "caf")), Buffer.of(0xe9)]), "");
  expect(listDirectory(at)).toEqual({ kind: "names", names: ["caf\u00e9 \uFFFD"] });
  expect(listUndecodable(at)).toEqual(["caf%E9"]);
  expect(listUndecodable(join(at, "absent"))).toEqual([]);
});

test("listDirectory() and readStatus() look and do not follow", () => {
  const at = directory("look");
  for (const name of ["b", "a", "C"]) writeFileSync(join(at, name), "");
  symlinkSync("/nowhere", join(at, "link"));
  expect(listDirectory(at)).toEqual({ kind: "names", names: ["C", "a", "b", "link"] });
  expect(listDirectory(join(at, "absent"))).toEqual({ kind: "missing" });
  expect(listDirectory(join(at, "a"))).toEqual({ kind: "unreadable", reason: "not a directory" });
  expect(readStatus(join(at, "link"))?.kind).toBe("link");
  expect(readStatus(join(at, "absent"))).toBeNull();
});

test("writeFileAtomically() replaces the file whole, and a link instead of writing through it", () => {
  const at = directory("atomic");
  const victim = join(at, "victim");
  writeFileSync(victim, "untouched");
  symlinkSync(victim, join(at, "file"));
  writeFileAtomically(join(at, "file"), "new", 0o640);
  expect(readFileSync(join(at, "file"), "utf8")).toBe("new");
  expect(readFileSync(victim, "utf8")).toBe("untouched");
  expect(lstatSync(join(at, "file")).mode & 0o7777).toBe(0o640);
  expect(readdirSync(at).toSorted()).toEqual(["file", "victim"]);
});

const modeOf = (path: string) => lstatSync(path).mode & 0o7777;

test.each([
  [0o660, 0o644, 0o660],
  [0o666, 0o644, 0o666],
  [0o640, 0o600, 0o640],
  [0o644, 0o600, 0o600],
  [0o440, 0o644, 0o640],
])(
  "writeFileAtomically() of a file with mode %o, asked for %o, makes it %o",
  (before, asked, after) => {
    const path = join(directory(`mode-${before}-${asked}`), "file");
    writeFileSync(path, "old");
    chmodSync(path, before);
    writeFileAtomically(path, "new", asked);
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(modeOf(path)).toBe(after);
  },
);

test("createFile() and createDirectory() make modes exact at once, and what a directory hands down stays", () => {
  const at = directory("exact");
  chmodSync(at, 0o2775);
  const umask = process.umask(0o077);
  try {
    createFile(join(at, "file"), "", 0o644);
    createDirectory(join(at, "directory"), 0o755);
    expect(process.umask()).toBe(0o077);
  } finally {
    process.umask(umask);
  }
  expect(modeOf(join(at, "file"))).toBe(0o644);
  expect(modeOf(join(at, "directory"))).toBe(0o2755);
});

test("createFile() leaves nothing if the disk is full", async () => {
  const path = join(directory("full"), "file");
  const program = `const { createFile } = await import(${JSON.stringify(join(import.meta.dir, "../../src/host/writing.ts"))});
    try { createFile(process.argv[1], "x".repeat(4096), 0o644); } catch (error) { console.log(error.code); }`;
  const limited = ["/bin/sh", "-c", 'trap "" XFSZ; ulimit -f 1; exec "$@"', "sh"];
  const { stdout } = await runProgram([...limited, process.execPath, "-e", program, path]);
  expect(stdout).toBe("EFBIG\n");
  expect(existsSync(path)).toBe(false);
});

test("writeFileAtomically() leaves no temporary behind if it fails", () => {
  const at = directory("failing");
  mkdirSync(join(at, "file/inside"), { recursive: true });
  expect(() => writeFileAtomically(join(at, "file"), "new", 0o644)).toThrow(/EISDIR|ENOTEMPTY/);
  expect(readdirSync(at)).toEqual(["file"]);
});

test("writeFileAtomically() does not follow a link in the place of its temporary file", () => {
  const at = directory("planted");
  const victim = join(at, "victim");
  writeFileSync(victim, "untouched");
  symlinkSync(victim, join(at, `.file.tmp-${process.pid}`));
  writeFileAtomically(join(at, "file"), "new", 0o644);
  expect(readStatus(join(at, "file"))?.kind).toBe("file");
  expect(readFileSync(victim, "utf8")).toBe("untouched");
});

test("createFile() makes exactly the mode, and never over something", () => {
  const at = directory("create");
  const before = process.umask(0o077);
  try {
    createFile(join(at, "file"), "text", 0o755);
  } finally {
    process.umask(before);
  }
  expect(lstatSync(join(at, "file")).mode & 0o7777).toBe(0o755);
  expect(() => createFile(join(at, "file"), "", 0o644)).toThrow("EEXIST");
});

test("appendToFile() appends, and refuses a link and a FIFO without waiting", async () => {
  const at = directory("append");
  appendToFile(join(at, "log"), "a\n", 0o600);
  appendToFile(join(at, "log"), "b\n", 0o600);
  expect(readFileSync(join(at, "log"), "utf8")).toBe("a\nb\n");
  symlinkSync(join(at, "log"), join(at, "link"));
  expect(() => appendToFile(join(at, "link"), "c\n", 0o600)).toThrow("ELOOP");
  await makeFifo(join(at, "fifo"));
  expect(() => appendToFile(join(at, "fifo"), "c\n", 0o600)).toThrow("ENXIO");
});

test("removeTree() and removeFile() remove links and not what they lead to", () => {
  const at = directory("remove");
  mkdirSync(join(at, "kept/deep"), { recursive: true });
  mkdirSync(join(at, "gone"));
  symlinkSync(join(at, "kept"), join(at, "gone/link"));
  symlinkSync(join(at, "kept"), join(at, "link"));
  removeTree(join(at, "gone"));
  removeTree(join(at, "absent"));
  expect(removeFile(join(at, "link"))).toBe(true);
  expect(removeFile(join(at, "link"))).toBe(false);
  expect(readdirSync(at)).toEqual(["kept"]);
  expect(readdirSync(join(at, "kept"))).toEqual(["deep"]);
});

test("probeFifo() knows if the FIFO has a reader", async () => {
  const fifo = join(directory("probe"), "fifo");
  expect(probeFifo(fifo)).toBe("absent");
  await makeFifo(fifo);
  expect(probeFifo(fifo)).toBe("absent");
  const reader = Bun.spawn(["/bin/sh", "-c", 'exec 3<>"$0"; echo; exec sleep 100', fifo], {
    stdout: "pipe",
  });
  await reader.stdout.getReader().read();
  expect(probeFifo(fifo)).toBe("present");
  reader.kill("SIGKILL");
  await reader.exited;
  expect(probeFifo(fifo)).toBe("absent");
});

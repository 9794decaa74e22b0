import { basename, dirname, join } from "node:path";
import type { Files } from "../../src/host/host.ts";
import type { FifoReader } from "../../src/host/file-system.ts";
import type { FileKind } from "../../src/host/file-status.ts";
import type { FreeSpace } from "../../src/host/reading.ts";
import { describeTarget } from "../../src/host/text-file.ts";
import { describeSystemError, errorCode } from "../../src/core/system-failure.ts";
import type { FileName, PinnedDirectory, PinnedStatus } from "../../src/host/pinned.ts";
import { parseMounts } from "../../src/core/mounts.ts";
import { statusOf, type Entry, type EntryOptions } from "./fake-entry.ts";
import { systemError } from "./system-error.ts";

type Access = "read" | "write" | "mode";

interface Fault {
  readonly path: string;
  readonly access: Access;
  readonly code: string;
}

const isBelow = (path: string, top: string) =>
  path.startsWith(top === "/" ? "/" : `${top}/`) && path !== top;

/**
 * A disk in memory, with links, FIFOs, owners and faults. Paths are absolute and a link is followed only
 * at the end of a path, by the calls that follow links.
 */
export class FakeDisk {
  readonly #entries = new Map<string, Entry>();
  #faults: Fault[] = [];
  readonly #undecodable = new Map<string, readonly string[]>();
  #nextId = 0;
  /** Every text that was written whole, in order. */
  readonly written: { readonly path: string; readonly text: string }[] = [];
  /** Bytes that were read of files that somebody opened. */
  bytesRead = 0;
  /** What was written to FIFOs: the path and the text. */
  readonly fifoWrites: string[] = [];
  /** What is free on it. */
  space: FreeSpace | null = { freeBytes: 5e9, totalBytes: 1e10, freeFiles: 1e6 };
  /** Whether names that differ in case alone are the same. */
  ignoresCase = false;
  /** Whether this process follows links on the volume. */
  followsLinks = true;
  /** Whom new entries belong to. */
  creator = { uid: 0, gid: 0 };

  constructor() {
    this.putDirectory("/");
  }

  /** Makes a file and the directories above it. */
  putFile(path: string, content: string | Uint8Array, options: EntryOptions = {}): void {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    this.#put(path, { kind: "file", bytes, mode: 0o644, ...options });
  }

  putDirectory(path: string, options: EntryOptions = {}): void {
    this.#put(path, { kind: "directory", mode: 0o755, ...options });
  }

  putLink(path: string, target: string, options: EntryOptions = {}): void {
    this.#put(path, { kind: "link", target, mode: 0o777, ...options });
  }

  /** Makes a FIFO, or changes who reads from one that is there. */
  putFifo(path: string, reader: FifoReader): void {
    const before = this.#entries.get(path);
    const { uid, gid, mode } = before?.kind === "fifo" ? before : { ...this.creator, mode: 0o620 };
    this.#put(path, { kind: "fifo", reader, mode, uid, gid });
  }

  putSocket(path: string, options: EntryOptions = {}): void {
    this.#put(path, { kind: "socket", mode: 0o755, ...options });
  }

  putDevice(path: string, options: EntryOptions = {}): void {
    this.#put(path, { kind: "other", mode: 0o660, ...options });
  }

  /** Makes the entries of this disk those of another one; later changes of either are its own. */
  copyFrom(other: FakeDisk): void {
    const copies = new Map([...other.#entries.values()].map((entry) => [entry, { ...entry }]));
    this.#entries.clear();
    for (const [path, entry] of other.#entries) {
      this.#entries.set(path, copies.get(entry) ?? entry);
    }
    this.#nextId = other.#nextId;
  }

  /** Empties a file that goes on being the same one. */
  truncate(path: string): void {
    this.#change(path, (entry) => Object.assign(entry, { bytes: new Uint8Array(), size: 0 }));
  }

  /** Puts names that are not UTF-8 into a directory, as people read them. */
  putUndecodable(path: string, ...names: readonly string[]): void {
    this.#undecodable.set(path, names);
  }

  putTerminal(path: string): void {
    this.#put(path, { kind: "other", mode: 0o620 });
  }

  /**
   * From now on every `read` of what is in `path`, or every `write` at or below it, or every change of a `mode` there,
   * fails with `code`. The
   * status of `path` itself can still be read.
   */
  fail(path: string, access: Access, code: string): void {
    this.#faults = [...this.#faults, { path, access, code }];
  }

  /** Takes away what a test put there, with what is below it; whatever the faults are. */
  removeForTest(path: string): void {
    for (const one of this.#entries.keys()) {
      if (one === path || isBelow(one, path)) this.#entries.delete(one);
    }
  }

  /** Takes everything out of a file, which stays the same one. */
  emptyForTest(path: string): void {
    const entry = this.#entries.get(path);
    if (entry !== undefined) Object.assign(entry, { bytes: new Uint8Array(), size: 0 });
  }

  /** What a file holds; null where there is no file. */
  text(path: string): string | null {
    const entry = this.#entries.get(path);
    return entry?.kind === "file" ? new TextDecoder().decode(entry.bytes) : null;
  }

  has(path: string): boolean {
    return this.#entries.has(path);
  }

  /** Everything that is on the disk, to compare before with after. */
  snapshot(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      [...this.#entries].map(([path, { kind, mode, uid, gid, target }]) => [
        path,
        `${kind} ${mode.toString(8)} ${uid}:${gid} ${target}${this.text(path) ?? ""}`,
      ]),
    );
  }

  #put(path: string, entry: Partial<Entry> & { readonly kind: FileKind; mode: number }): void {
    const parent = dirname(path);
    if (parent !== path && !this.#entries.has(parent)) this.putDirectory(parent);
    const bytes = entry.bytes ?? new Uint8Array();
    this.#nextId += 1;
    const id = `1:${this.#nextId}`;
    const rest = { id, ...this.creator, target: "", reader: "absent" as const, changedMs: 0 };
    this.#entries.set(path, { ...rest, bytes, size: bytes.length, ...entry });
  }

  /** What stands at a path itself. */
  #entry(path: string): Entry | undefined {
    const entry = this.#entries.get(path);
    if (entry !== undefined) return entry;
    const parent = this.#entries.get(dirname(path));
    if (parent?.kind === "link") return this.#entry(`${parent.target}/${basename(path)}`);
    if (!this.ignoresCase) return undefined;
    const small = path.toLowerCase();
    const name = [...this.#entries.keys()].find((one) => one.toLowerCase() === small);
    return name === undefined ? undefined : this.#entries.get(name);
  }

  #check(access: Access, path: string): void {
    const fault = this.#faults.find(
      (one) =>
        one.access === access &&
        (isBelow(path, one.path) || (access === "write" && path === one.path)),
    );
    if (fault !== undefined) throw systemError(fault.code);
  }

  /** Fails where what is *in* the path may not be read. */
  #checkContent(path: string): void {
    this.#check("read", path);
    const fault = this.#faults.find((one) => one.access === "read" && one.path === path);
    if (fault !== undefined) throw systemError(fault.code);
  }

  #mountOf(path: string): number {
    const mounts = parseMounts(this.text("/proc/self/mountinfo") ?? "");
    const holding = mounts.filter(({ point }) => path === point || isBelow(path, point));
    return holding.toSorted((a, b) => b.point.length - a.point.length)[0]?.id ?? 0;
  }

  #pin(path: string, entry: Entry): PinnedDirectory {
    const at = (name: FileName) => join(path, String(name));
    const statusIn = (found: Entry): PinnedStatus => {
      const links = [...this.#entries.values()].filter(({ id }) => id === found.id).length;
      const { kind, uid, gid, mode, size, changedMs } = found;
      return { kind, uid, gid, mode, size, links, changedMs };
    };
    const require = (one: string): Entry => {
      const found = this.#entries.get(one);
      if (found === undefined) throw systemError("ENOENT");
      return found;
    };
    return {
      status: statusIn(entry),
      mountId: () => this.#mountOf(path),
      give: (uid, gid) => {
        this.#check("write", path);
        Object.assign(entry, { uid, gid });
      },
      close: () => undefined,
      list: () => {
        this.#checkContent(path);
        return this.#names(path).map((name) => ({ name, status: statusIn(require(at(name))) }));
      },
      look: (name) => {
        this.#check("read", at(name));
        const found = this.#entries.get(at(name));
        return found === undefined ? null : statusIn(found);
      },
      open: (name) => this.#pin(at(name), require(at(name))),
      openDirectory: (name) => this.#pinDirectory(at(name)),
    };
  }

  #pinDirectory(path: string): PinnedDirectory {
    const entry = this.#read(path);
    if (entry.kind === "link") throw systemError("ELOOP");
    if (entry.kind !== "directory") throw systemError("ENOTDIR");
    if ((entry.mode & 0o111) === 0) throw systemError("EACCES");
    return this.#pin(path, entry);
  }

  #resolve(path: string): Entry | undefined {
    const entry = this.#entry(path);
    return entry?.kind === "link" ? this.#entries.get(entry.target) : entry;
  }

  #requireParent(path: string): void {
    const parent = this.#resolve(dirname(path));
    if (parent === undefined) throw systemError("ENOENT");
    if (parent.kind !== "directory") throw systemError("ENOTDIR");
  }

  #create(path: string, entry: Partial<Entry> & { readonly kind: FileKind; mode: number }): void {
    this.#check("write", path);
    this.#requireParent(path);
    if (this.#entries.has(path)) throw systemError("EEXIST");
    this.#put(path, entry);
  }

  #names(path: string): readonly string[] {
    const prefix = path === "/" ? "/" : `${path}/`;
    return [...this.#entries.keys()]
      .filter((one) => isBelow(one, path) && !one.slice(prefix.length).includes("/"))
      .map((one) => one.slice(prefix.length))
      .toSorted();
  }

  #write(path: string, bytes: Uint8Array, mode: number): void {
    const before = this.#entries.get(path);
    const owner = before?.kind === "file" ? { uid: before.uid, gid: before.gid } : {};
    // As chooseMode() of src/host/writing.ts: an old file keeps its mode.
    const isOpened = before?.kind === "file" && (mode & 0o007) === 0 && (before.mode & 0o007) !== 0;
    const kept = before?.kind === "file" && !isOpened ? before.mode | 0o600 : mode;
    this.#put(path, { kind: "file", bytes, mode: kept, ...owner });
  }

  #rename(source: string, target: string): void {
    this.#check("write", source);
    this.#check("write", target);
    const moved = this.#entries.get(source);
    if (moved === undefined) throw systemError("ENOENT");
    this.#requireParent(target);
    const replaced = this.#entries.get(target);
    if (replaced?.kind === "directory") {
      if (moved.kind !== "directory") throw systemError("EISDIR");
      if (this.#names(target).length > 0) throw systemError("ENOTEMPTY");
    } else if (replaced !== undefined && moved.kind === "directory") throw systemError("ENOTDIR");
    for (const [path, entry] of this.#entries) {
      if (path !== source && !isBelow(path, source)) continue;
      this.#entries.delete(path);
      this.#entries.set(target + path.slice(source.length), entry);
    }
  }

  #remove(path: string): void {
    const doomed = [...this.#entries.keys()].filter((one) => one === path || isBelow(one, path));
    for (const one of doomed) this.#check("write", one);
    for (const one of doomed) this.#entries.delete(one);
  }

  #change(path: string, change: (entry: Entry) => void): void {
    this.#check("write", path);
    const entry = this.#entries.get(path);
    if (entry === undefined) throw systemError("ENOENT");
    change(entry);
  }

  #read(path: string): Entry {
    this.#checkContent(path);
    const entry = this.#entries.get(path);
    if (entry === undefined) throw systemError("ENOENT");
    if (entry.kind === "link") throw systemError("ELOOP");
    return entry;
  }

  /** The room's functions, on this disk. */
  readonly files: Files = {
    errorCode,
    describeSystemError,
    readStatus: (path) => {
      this.#check("read", path);
      return statusOf(this.#entry(path));
    },
    readTargetStatus: (path) => statusOf(this.#resolve(path)),
    isSameFile: (first, second) =>
      this.#resolve(first) !== undefined && this.#resolve(first) === this.#resolve(second),
    readTarget: (path) => {
      this.#check("read", path);
      const entry = this.#entry(path);
      if (entry === undefined) return { kind: "missing" };
      const status = statusOf(this.#resolve(path));
      if (entry.kind !== "link" && status !== null) return { kind: "found", status, isLink: false };
      if (!this.followsLinks) {
        return { kind: "not-followed", reason: "is a link, and root follows none" };
      }
      return status === null
        ? { kind: "unusable", reason: "is a link that leads nowhere" }
        : { kind: "found", status, isLink: true };
    },
    describeTarget,
    resolveLink: (path) => {
      const entry = this.#entries.get(path);
      return entry?.kind === "link" && this.followsLinks ? entry.target : path;
    },
    readTextFile: (path, maxBytes) => {
      try {
        const target = this.files.readTarget(path);
        if (target.kind === "missing") return target;
        if (target.kind !== "found") return { kind: "unreadable", reason: target.reason };
        if (target.status.kind !== "file") {
          return { kind: "unreadable", reason: describeTarget(target) };
        }
        this.#checkContent(path);
        const { size, bytes } = this.#resolve(path) ?? { size: 0, bytes: new Uint8Array() };
        if (size > maxBytes) {
          return { kind: "unreadable", reason: `is larger than ${maxBytes} bytes` };
        }
        return { kind: "text", text: new TextDecoder().decode(bytes) };
      } catch (error) {
        if (errorCode(error) === "ENOENT") return { kind: "missing" };
        return { kind: "unreadable", reason: describeSystemError(error) };
      }
    },
    readBytes: (path, maxBytes) => {
      const entry = this.#entries.get(path);
      return entry?.kind === "file" ? entry.bytes.subarray(0, maxBytes) : null;
    },
    readTargetBytes: (path, maxBytes) => {
      const entry = this.#resolve(path);
      return entry?.kind === "file" ? entry.bytes.subarray(0, maxBytes) : null;
    },
    openFile: (path) => {
      const entry = this.#entries.get(path);
      if (entry === undefined) return { kind: "missing" };
      if (entry.kind === "link") return { kind: "unreadable", reason: "is a link" };
      if (entry.kind !== "file") return { kind: "unreadable", reason: "is not a regular file" };
      const size = () => entry.bytes.length;
      const read = (offset: number, length: number) => {
        const bytes = entry.bytes.slice(offset, offset + length);
        this.bytesRead += bytes.length;
        return bytes;
      };
      const readInto = (target: Uint8Array, offset: number) => {
        const bytes = read(offset, target.length);
        target.set(bytes);
        return bytes.length;
      };
      const file = { id: entry.id, size, read, readInto, close: () => undefined };
      return { kind: "file", file };
    },
    openPinnedDirectory: (path) => this.#pinDirectory(path),
    readFileId: (path) => {
      const entry = this.#entries.get(path);
      return entry?.kind === "file" ? entry.id : null;
    },
    readSystemFile: (path) => this.text(path),
    listDirectory: (path) => {
      try {
        const { kind } = this.#read(path);
        if (kind !== "directory") throw systemError("ENOTDIR");
        return { kind: "names", names: this.#names(path) };
      } catch (error) {
        if (errorCode(error) === "ENOENT") return { kind: "missing" };
        return { kind: "unreadable", reason: describeSystemError(error) };
      }
    },
    listUndecodable: (path) => this.#undecodable.get(path) ?? [],
    writeFileAtomically: (path, text, mode) => {
      this.#check("write", path);
      this.#requireParent(path);
      if (this.#entries.get(path)?.kind === "directory") throw systemError("EISDIR");
      this.written.push({ path, text });
      this.#write(path, new TextEncoder().encode(text), mode);
    },
    createFile: (path, text, mode) => {
      this.#create(path, { kind: "file", bytes: new TextEncoder().encode(text), mode });
    },
    linkFile: (source, target) => {
      const entry = this.#entries.get(source);
      if (entry?.kind !== "file") return false;
      this.#create(target, entry);
      this.#entries.set(target, entry);
      return true;
    },
    appendToFile: (path, text, mode) => {
      this.#check("write", path);
      this.#requireParent(path);
      const kind = this.#entries.get(path)?.kind ?? "file";
      if (kind !== "file") throw systemError(kind === "link" ? "ELOOP" : "EISDIR");
      const entry = this.#entries.get(path);
      const bytes = Buffer.concat([entry?.bytes ?? new Uint8Array(), Buffer.from(text)]);
      // The same file goes on, for whoever has it open.
      if (entry === undefined) this.#write(path, bytes, mode);
      else Object.assign(entry, { bytes, size: bytes.length });
    },
    createDirectory: (path, mode) => this.#create(path, { kind: "directory", mode }),
    ensureDirectory: (path, mode) => {
      const entry = this.#resolve(path);
      if (entry?.kind === "directory") return;
      if (this.#entries.has(path)) throw systemError("EEXIST");
      this.files.ensureDirectory(dirname(path), mode);
      this.#create(path, { kind: "directory", mode });
    },
    removeTree: (path) => this.#remove(path),
    removeFile: (path) => {
      this.#check("write", path);
      const entry = this.#entries.get(path);
      if (entry?.kind === "directory") throw systemError("EISDIR");
      return this.#entries.delete(path);
    },
    readLink: (path) => this.#entries.get(path)?.target || null,
    isTerminal: (path) => this.#resolve(path)?.kind === "other",
    isDirectory: (path) => this.#resolve(path)?.kind === "directory",
    readSpace: () => this.space,
    isWritable: (path) =>
      this.#resolve(path) !== undefined &&
      !this.#faults.some(
        (one) => one.access === "write" && (one.path === path || isBelow(path, one.path)),
      ),
    isExecutable: (path) => ((this.#resolve(path)?.mode ?? 0) & 0o111) !== 0,
    probeFifo: (path) => {
      const entry = this.#entries.get(path);
      return entry?.kind === "fifo" ? entry.reader : "absent";
    },
    setMode: (path, mode) => {
      this.#check("mode", String(path));
      this.#change(String(path), (entry) => {
        entry.mode = Number(mode);
      });
    },
    setOwner: (path, uid, gid) => {
      this.#change(String(path), (entry) => {
        Object.assign(entry, { uid, gid });
      });
    },
    syncDirectory: () => undefined,
    exists: (path) => this.#resolve(String(path)) !== undefined,
    rename: (source, target) => this.#rename(String(source), String(target)),
    createLink: (target, path) => {
      this.#create(String(path), { kind: "link", target: String(target), mode: 0o777 });
    },
  };
}

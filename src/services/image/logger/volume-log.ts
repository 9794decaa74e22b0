import { join } from "node:path";
import { waitUntil } from "../../../core/wait-until.ts";
import type { Host } from "../../../host/host.ts";
import type { LogStreams, PipeReader } from "../../../host/log-streams.ts";

/** Milliseconds between two attempts to use the volume. */
const RETRY_MS = 2000;

/** Milliseconds in which what s6-log was given must be in the file: it tries again every 2 s. */
const PROOF_MS = 3000;

/** Attempts for an earlier logger of this container to give the lock back. */
const PATIENCE = 2;

/** Bytes that must fit in a log directory: more than a file system keeps in an inode. */
const PROBE = "x".repeat(8192);

export interface VolumeLogOptions {
  readonly directory: string;
  /** s6-log with its arguments, for the volume alone. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Called if another process has the lock of the directory; true if that one has been told to end. */
  readonly onLocked: () => boolean;
}

/**
 * Returns why s6-log cannot change the mode of its files, without which it writes nothing; null if it can. It would be
 * asked too late: each start of s6-log on such a volume leaves one more empty archive.
 */
function refuseChmod(host: Host, path: string): string | null {
  try {
    host.files.setMode(path, 0o644);
    return null;
  } catch (error) {
    const why = host.files.describeSystemError(error);
    return `the volume does not let s6-log change modes (chmod: ${why}), so no log can be kept there`;
  }
}

/** Returns what changes if a logger writes: the file that it writes, and its size. */
export function readPrint(host: Host, directory: string): string {
  const current = join(directory, "current");
  return `${host.files.readFileId(current)} ${host.files.readTargetStatus(current)?.size}`;
}

/** Returns why a gateway's log cannot be written in `directory`; null if it can. It makes the directory. */
export function findObstacle(host: Host, directory: string): string | null {
  const target = host.files.readTargetStatus(directory);
  if (target !== null && target.kind !== "directory") return `${directory}: is a ${target.kind}`;
  if (target === null && host.files.readLink(directory) !== null) {
    return `${directory}: is a link that leads nowhere`;
  }
  try {
    host.files.ensureDirectory(directory, 0o755);
    const probe = join(directory, ".writable");
    host.files.removeTree(probe);
    try {
      host.files.createFile(probe, PROBE, 0o600);
      const refusal = refuseChmod(host, probe);
      if (refusal !== null) return `${directory}: ${refusal}`;
    } finally {
      host.files.removeTree(probe);
    }
  } catch (error) {
    return `${directory}: ${host.files.describeSystemError(error)}`;
  }
  for (const name of ["lock", "current"]) {
    const path = join(directory, name);
    const status = host.files.readTargetStatus(path);
    if (status === null) continue;
    if (status.kind !== "file") return `${path}: is a ${status.kind}`;
    if (!host.files.isWritable(path)) return `${path}: permission denied`;
  }
  return null;
}

/** s6-log's `s6-log: fatal: unable to lock /vol/logs/gateways/coder/lock: Resource busy` without its name. */
function explain(reader: PipeReader): string {
  const said = reader.complaint().trim().split("\n").at(-1) ?? "";
  if (said !== "") return said.replace(/^s6-log: fatal: /, "");
  const end = reader.exit();
  return end?.signal === null || end === null
    ? `s6-log ended with exit code ${end?.code}`
    : `s6-log was ended by ${end.signal}`;
}

/**
 * A gateway's log on the volume, written by a child s6-log that holds back little (`-b`). It is trusted only while what
 * the child is given arrives in the file; if not, `cause` says why, and it is tried again and again.
 */
export class VolumeLog {
  readonly #host: Host;
  readonly #streams: LogStreams;
  readonly #options: VolumeLogOptions;
  #reader: PipeReader | null = null;
  #nextTry = 0;
  #nextProbe = 0;
  /** Since when the child has been given lines of which none has arrived; null if there are none. */
  #unprovenSince: number | null = null;
  #print = "";
  #isProven = false;
  /** Children in a row that found the lock taken. */
  #foundLocked = 0;
  #cause: string | null = null;

  constructor(host: Host, streams: LogStreams, options: VolumeLogOptions) {
    this.#host = host;
    this.#streams = streams;
    this.#options = options;
  }

  /** The cause that keeps lines from the volume; null if they arrive, or if that is not known yet. */
  get cause(): string | null {
    return this.#cause;
  }

  /** Returns true if everything that was given arrived. */
  get isProven(): boolean {
    return this.#isProven && this.#unprovenSince === null;
  }

  /** Writes without waiting; the bytes that were taken. */
  readonly write = (bytes: Uint8Array): number => {
    if (this.#reader === null) return 0;
    const print = this.#unprovenSince === null ? this.#readPrint() : this.#print;
    const taken = this.#streams.writePipe(bytes);
    if (taken > 0 && this.#unprovenSince === null) {
      this.#print = print;
      this.#unprovenSince = this.#host.clock.elapsed();
    }
    return taken;
  };

  /** Looks after the child. */
  tick(now: number): void {
    if (this.#reader !== null && this.#reader.exit() !== null) this.#bury(this.#reader, now);
    if (this.#reader === null && now >= this.#nextTry) this.#start(now);
    if (this.#reader !== null) this.#judge(this.#reader, now);
  }

  /** Has the child write everything and end; false if it does not within `limitMs`. */
  async finish(limitMs: number): Promise<boolean> {
    const reader = this.#reader;
    this.#streams.endPipe();
    if (reader === null) return true;
    await waitUntil(this.#host, () => reader.exit() !== null, limitMs);
    return reader.exit()?.code === 0;
  }

  /** Goes on after `finish` failed: with another child. */
  resume(): void {
    this.#streams.reopenPipe();
    this.#reader?.kill();
  }

  kill(): void {
    this.#reader?.kill();
  }

  #readPrint(): string {
    return readPrint(this.#host, this.#options.directory);
  }

  #fail(cause: string): void {
    this.#cause = cause;
    this.#isProven = false;
  }

  #bury(reader: PipeReader, now: number): void {
    const { directory, onLocked } = this.#options;
    const isLocked = /unable to lock .*busy/i.test(reader.complaint());
    this.#reader = null;
    this.#nextTry = now + RETRY_MS;
    if (!isLocked) this.#fail(explain(reader));
    else if (!onLocked()) {
      this.#fail(`another container writes ${directory}: give each container a volume of its own`);
    } else if (this.#foundLocked >= PATIENCE) {
      this.#fail(`${directory}: the logger before this one has not ended yet`);
    }
    this.#foundLocked = isLocked ? this.#foundLocked + 1 : 0;
  }

  #start(now: number): void {
    this.#nextTry = now + RETRY_MS;
    const obstacle = findObstacle(this.#host, this.#options.directory);
    if (obstacle !== null) {
      this.#fail(obstacle);
      return;
    }
    // The lines that the last child was given and did not read are still in the pipe.
    this.#print = this.#readPrint();
    if (this.#unprovenSince !== null) this.#unprovenSince = now;
    this.#reader = this.#streams.startReader(this.#options.command, this.#options.environment);
  }

  #judge(reader: PipeReader, now: number): void {
    if (this.#unprovenSince === null) return;
    const print = this.#readPrint();
    if (print !== this.#print) {
      this.#isProven = true;
      this.#cause = null;
      this.#unprovenSince = null;
      return;
    }
    if (now - this.#unprovenSince < PROOF_MS || now < this.#nextProbe) return;
    this.#nextProbe = now + RETRY_MS;
    const obstacle = findObstacle(this.#host, this.#options.directory);
    if (obstacle !== null) {
      this.#fail(obstacle);
    } else if (this.#cause !== null) {
      // It holds a file that was moved away, or waits for something that is over.
      reader.kill();
    } else {
      this.#fail(`${this.#options.directory}: s6-log does not write there`);
    }
  }
}

import { AppError, ExitCode, messageOf } from "./errors.ts";

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  EROFS: "read-only file system",
  ENOSPC: "no space left on device",
  EDQUOT: "disk quota exceeded",
  ENOENT: "no such file or directory",
  ENOTDIR: "not a directory",
  EISDIR: "is a directory",
  EEXIST: "file exists",
  ENOTEMPTY: "directory not empty",
  ELOOP: "is a link",
  ENXIO: "no process listens",
  EIO: "input/output error",
  EBUSY: "it is in use or a mount point",
  EXDEV: "it is on another file system",
  ENAMETOOLONG: "the name is too long",
  ESTALE: "the network file system has lost it",
  EMFILE: "the limit of open files of one process is reached",
  ENFILE: "the machine's limit of open files is reached",
  EAGAIN: "the limit of processes is reached, or it would have to wait",
  ENOMEM: "no memory is left",
  // Bun 1.4.4 reports every error that it does not expect while it removes a tree as this one.
  EFAULT: "the file system refuses it",
};

/** Remedies for limits that may be free again in a moment. */
const LIMITS: Readonly<Record<string, string>> = {
  EMFILE: "raise the limit of open files (`ulimit -n`, `docker run --ulimit nofile=…`)",
  ENFILE: "raise fs.file-max on the machine, or stop the processes that have many files open",
  EAGAIN:
    "raise the limit of processes (`ulimit -u`, `docker run --ulimit nproc=…`, `--pids-limit`), or stop some",
  ENOMEM: "give the container more memory (`docker run --memory`), or stop something that uses it",
};

/** Returns the system's error code of a failed call (`ENOENT`), or null for any other error. */
export function errorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error)) return null;
  return typeof error.code === "string" ? error.code : null;
}

/** Returns true if a call failed because a limit is reached: that tells nothing about the object of the call. */
export function isLimit(error: unknown): boolean {
  return Object.hasOwn(LIMITS, errorCode(error) ?? "");
}

/** Describes a failed system call without the path, which the caller names; our own errors keep their message. */
export function describeSystemError(error: unknown): string {
  if (error instanceof AppError) return error.message;
  const code = errorCode(error);
  // SQLite's own messages are for people, its codes are not.
  if (code !== null && !code.startsWith("SQLITE_")) return REASONS[code] ?? code;
  return messageOf(error);
}

/** Returns a failure of `what` a command was doing. A limit has a hint of its own and exit code 75. */
export function toFailure(what: string, error: unknown, hint?: string): AppError {
  const limit = LIMITS[errorCode(error) ?? ""];
  const options = limit === undefined ? {} : { exitCode: ExitCode.tryAgain };
  const advice = limit ?? hint;
  return new AppError("io", `${what}: ${describeSystemError(error)}`, {
    ...options,
    ...(advice === undefined ? {} : { hint: advice }),
    cause: error,
  });
}

/** The verb of each system call, for a sentence; any other call is named as it is. */
const VERBS: Readonly<Record<string, string>> = {
  access: "look at",
  chdir: "enter",
  chmod: "change the mode of",
  chown: "change the owner of",
  copyfile: "copy",
  fchmod: "change the mode of",
  fstat: "look at",
  fsync: "write",
  ftruncate: "write",
  lchown: "change the owner of",
  link: "link",
  lstat: "look at",
  mkdir: "make the directory",
  open: "open",
  posix_spawn: "start",
  read: "read",
  readdir: "read the directory",
  readlink: "read the link",
  rename: "rename",
  rm: "remove",
  rmdir: "remove",
  scandir: "read the directory",
  spawn: "start",
  stat: "look at",
  symlink: "make the link",
  unlink: "remove",
  write: "write",
};

function textOf(error: Error, key: "syscall" | "path" | "dest"): string | null {
  const value: unknown = Reflect.get(error, key);
  return typeof value === "string" && value !== "" ? value : null;
}

/** An error that only a bug causes. */
const BUG = "EBADF";

/** Returns the path or paths that a failed call was about. */
function objectOf(error: Error, syscall: string | null): string {
  const [path, target] = [textOf(error, "path"), textOf(error, "dest")];
  // Node names the directory that is left as the path (Bun 1.4.4).
  if (syscall === "chdir") return target ?? path ?? "the directory";
  if (path === null) return "a file or a stream";
  return target === null ? path : `${path} to ${target}`;
}

/** Turns an error of the system into one sentence with path and reason; null for every other error, which is a bug. */
export function toSystemFailure(error: unknown): AppError | null {
  const code = errorCode(error);
  if (!(error instanceof Error) || code === null) return null;
  if (!/^E[A-Z0-9]+$/.test(code) || code === BUG) return null;
  const syscall = textOf(error, "syscall");
  const verb = syscall === null ? "use" : (VERBS[syscall] ?? `call ${syscall} for`);
  return toFailure(`Cannot ${verb} ${objectOf(error, syscall)}`, error);
}

/** Returns an expected failure as an `AppError`. Throws what is neither one nor an error of the operating system. */
export function requireFailure(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const failure = toSystemFailure(error);
  if (failure === null) throw error;
  return failure;
}

/** Describes the page that Bun (1.4.4) prints if it can get no thread or memory; null for any other text. */
export function describeAbort(stderr: string): string | null {
  if (!/^(?:oh no: Bun has crashed|panic\(|Bun v\d)/m.test(stderr)) return null;
  return "its runtime was aborted, as happens if the limit of processes or of memory is reached";
}

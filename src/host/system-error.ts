import { AppError } from "../core/errors.ts";

/** The system's error code of a failed call (`ENOENT`), or null for any other error. */
export function errorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error)) return null;
  return typeof error.code === "string" ? error.code : null;
}

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
  ENXIO: "nobody is listening",
  EIO: "input/output error",
};

/** A failed system call in words, without the path that the caller already names; our own errors as they are. */
export function describeSystemError(error: unknown): string {
  if (error instanceof AppError) return error.message;
  const code = errorCode(error);
  // SQLite's own messages are for people, its codes are not.
  if (code !== null && !code.startsWith("SQLITE_")) return REASONS[code] ?? code;
  return error instanceof Error ? error.message : String(error);
}

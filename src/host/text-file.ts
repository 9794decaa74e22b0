import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  realpathSync,
  statfsSync,
  statSync,
} from "node:fs";
import { kindOf, readBounded, statusOf, type FileStatus } from "./file-status.ts";
import { describeSystemError, errorCode } from "../core/system-failure.ts";
import { mayFollowLinks } from "./link-rights.ts";

/** The outcome of reading a file that somebody else may have written. */
export type ReadOutcome =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly reason: string };

/** What a path leads to. */
export type TargetOutcome =
  | { readonly kind: "found"; readonly status: FileStatus; readonly isLink: boolean }
  | { readonly kind: "missing" }
  /** A link that this process does not follow. */
  | { readonly kind: "not-followed"; readonly reason: string }
  | { readonly kind: "unusable"; readonly reason: string };

/** Never waiting for a FIFO's writer. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** The file systems of proc and sysfs (statfs(2)): what such a file holds depends on who reads it. */
const KERNEL_FILE_SYSTEMS: ReadonlySet<number> = new Set([0x9fa0, 0x62656572]);

function describeBadLink(error: unknown): string {
  const code = errorCode(error);
  if (code === "ENOENT" || code === "ENOTDIR") return "is a link that leads nowhere";
  if (code === "ELOOP") return "is a link that leads back to itself";
  return `is a link whose target cannot be read: ${describeSystemError(error)}`;
}

/**
 * Looks at what a path leads to, through links, with the rights of this user; root follows none. A link that leads
 * nowhere, in a circle, or to a file of the kernel is unusable. Throws where the path itself cannot be looked at.
 */
export function readTarget(path: string): TargetOutcome {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return { kind: "missing" };
  if (!stats.isSymbolicLink()) return { kind: "found", status: statusOf(stats), isLink: false };
  if (!mayFollowLinks())
    return { kind: "not-followed", reason: "is a link, and root follows none" };
  try {
    const target = statSync(path);
    if (target.isFile() && KERNEL_FILE_SYSTEMS.has(statfsSync(path).type)) {
      return { kind: "unusable", reason: "is a link to a file of the kernel" };
    }
    return { kind: "found", status: statusOf(target), isLink: true };
  } catch (error) {
    return { kind: "unusable", reason: describeBadLink(error) };
  }
}

/** What stands in the place of a file, in words: `is a directory`, `is a link to a directory`. */
export function describeTarget({
  status,
  isLink,
}: {
  readonly status: FileStatus;
  readonly isLink: boolean;
}): string {
  return `is ${isLink ? "a link to " : ""}a ${status.kind === "other" ? "device" : status.kind}`;
}

/**
 * The path that a change is for: a link's target, so that the link stays, where this process follows links; else
 * `path` itself. Throws where a link leads nowhere.
 */
export function resolveLink(path: string): string {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  return isLink && mayFollowLinks() ? realpathSync(path) : path;
}

/**
 * Reads a file that a stranger may have put there: through links as `readTarget()` does, never waiting for a FIFO, and
 * refusing what is not a regular file or is longer than `maxBytes`.
 */
export function readTextFile(path: string, maxBytes: number): ReadOutcome {
  let isLink = false;
  let descriptor: number;
  try {
    const target = readTarget(path);
    if (target.kind === "missing") return target;
    if (target.kind !== "found") return { kind: "unreadable", reason: target.reason };
    if (target.status.kind !== "file") {
      return { kind: "unreadable", reason: describeTarget(target) };
    }
    ({ isLink } = target);
    // What was no link a moment ago is not followed now.
    descriptor = openSync(path, isLink ? READ : READ | constants.O_NOFOLLOW);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return { kind: "missing" };
    const reason = describeSystemError(error);
    return {
      kind: "unreadable",
      reason: isLink ? `is a link whose target cannot be read: ${reason}` : reason,
    };
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return { kind: "unreadable", reason: `is a ${kindOf(stats)}` };
    if (stats.size > maxBytes) {
      return { kind: "unreadable", reason: `is larger than ${maxBytes} bytes` };
    }
    return { kind: "text", text: readBounded(descriptor, maxBytes) };
  } catch (error) {
    return { kind: "unreadable", reason: describeSystemError(error) };
  } finally {
    closeSync(descriptor);
  }
}

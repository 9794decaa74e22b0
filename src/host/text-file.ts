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
import {
  kindOf,
  READ,
  readBounded,
  statusOf,
  unreadAfter,
  type FileStatus,
  type Unread,
} from "./file-status.ts";
import { describeSystemError, errorCode } from "../core/system-failure.ts";
import { mayFollowLinks } from "./link-rights.ts";

/** The outcome of reading a file that another user may have written. */
export type ReadOutcome = { readonly kind: "text"; readonly text: string } | Unread;

/** The target of a path. */
export type TargetOutcome =
  | { readonly kind: "found"; readonly status: FileStatus; readonly isLink: boolean }
  | { readonly kind: "missing" }
  /** A link that this process does not follow. */
  | { readonly kind: "not-followed"; readonly reason: string }
  | { readonly kind: "unusable"; readonly reason: string };

/** The file systems of proc and sysfs (statfs(2)): the contents of such a file depend on its reader. */
const KERNEL_FILE_SYSTEMS: ReadonlySet<number> = new Set([0x9fa0, 0x62656572]);

function describeBadLink(error: unknown): string {
  const code = errorCode(error);
  if (code === "ENOENT" || code === "ENOTDIR") return "is a link that leads nowhere";
  if (code === "ELOOP") return "is a link that leads back to itself";
  return `is a link whose target cannot be read: ${describeSystemError(error)}`;
}

/**
 * Looks at the target of a path, through links, with the rights of this user; root follows none. A link that leads
 * nowhere, in a circle, or to a file of the kernel is unusable. Throws if the path itself cannot be looked at.
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

/** Describes what is in the place of a file: `is a directory`, `is a link to a directory`. */
export function describeTarget(target: {
  readonly status: FileStatus;
  readonly isLink: boolean;
}): string {
  const { kind } = target.status;
  return `is ${target.isLink ? "a link to " : ""}a ${kind === "other" ? "device" : kind}`;
}

/** Returns the path to change: the target of a link if this process follows links. Throws if it leads nowhere. */
export function resolveLink(path: string): string {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  return isLink && mayFollowLinks() ? realpathSync(path) : path;
}

/**
 * Reads a file that another user may have put there: through links as `readTarget()` does, without waiting for a FIFO.
 * Refuses a file that is not regular or is longer than `maxBytes`.
 */
export function readTextFile(path: string, maxBytes: number): ReadOutcome {
  let isLink = false;
  let descriptor: number;
  try {
    const target = readTarget(path);
    if (target.kind === "missing") return target;
    if (target.kind !== "found") return { kind: "unreadable", reason: target.reason };
    if (target.status.kind !== "file")
      return { kind: "unreadable", reason: describeTarget(target) };
    ({ isLink } = target);
    // A link that has come since then is not followed.
    descriptor = openSync(path, isLink ? READ : READ | constants.O_NOFOLLOW);
  } catch (error) {
    const outcome = unreadAfter(error);
    if (outcome.kind === "missing" || !isLink) return outcome;
    const reason = `is a link whose target cannot be read: ${outcome.reason}`;
    return { kind: "unreadable", reason };
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

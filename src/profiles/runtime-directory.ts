import { join } from "node:path";
import { AppError } from "../core/errors.ts";
import { isJsonObject, parseJson } from "../core/json.ts";
import type { Host } from "../host/host.ts";
import type { ProfileName } from "./name.ts";

/** The image's run-time directory; hermes owns it. */
export const IMAGE_RUNTIME_DIRECTORY = "/run/hermes";

/**
 * Where sockets and locks live, never on the volume: `/run/hermes` in the image,
 * `$XDG_RUNTIME_DIR/hermes` on a host, else a private directory under `/tmp`.
 */
export function runtimeDirectory(host: Host): string {
  if (host.files.readStatus(IMAGE_RUNTIME_DIRECTORY)?.kind === "directory")
    return IMAGE_RUNTIME_DIRECTORY;
  const xdg = host.environment["XDG_RUNTIME_DIR"];
  if (xdg !== undefined && xdg.startsWith("/")) return join(xdg, "hermes");
  return `/tmp/hermes-${host.users.currentUid()}`;
}

/** Makes the run-time directory where it is missing and refuses one that belongs to somebody else. */
export function ensureRuntimeDirectory(host: Host): string {
  const path = runtimeDirectory(host);
  try {
    host.files.ensureDirectory(path, 0o700);
  } catch (error) {
    const reason = host.files.describeSystemError(error);
    throw new AppError("io", `Cannot make the run-time directory ${path}: ${reason}`);
  }
  const status = host.files.readStatus(path);
  const uid = host.users.currentUid();
  if (status?.kind !== "directory" || (status.uid !== uid && uid !== 0)) {
    throw new AppError("refused", `Cannot use the run-time directory ${path}: it is not ours`);
  }
  return path;
}

/** The socket on which a gateway answers `/health`. */
export function gatewaySocketPath(directory: string, name: ProfileName): string {
  return join(directory, `gateway-${name}.sock`);
}

/** The lock that says which process owns a profile. */
export function gatewayLockPath(directory: string, name: ProfileName): string {
  return join(directory, `gateway-${name}.lock`);
}

/** Identifies one process for good: a pid alone may be given away again. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of `/proc/<pid>/stat`. */
  readonly startTime: number;
}

function stopNoticePath(directory: string, name: ProfileName): string {
  return join(directory, `gateway-${name}.stop`);
}

/** Announces to one gateway process that the SIGTERM to come is an operator's `stop`. */
export function announceStop(host: Host, name: ProfileName, target: ProcessIdentity): void {
  const path = stopNoticePath(ensureRuntimeDirectory(host), name);
  host.files.writeFileAtomically(path, JSON.stringify(target), 0o644);
}

/** Whether a `stop` was announced to this very process. */
export function isStopAnnounced(host: Host, name: ProfileName, self: ProcessIdentity): boolean {
  const outcome = host.files.readTextFile(stopNoticePath(runtimeDirectory(host), name), 4096);
  if (outcome.kind !== "text") return false;
  const notice = parseJson(outcome.text);
  return (
    isJsonObject(notice) && notice["pid"] === self.pid && notice["startTime"] === self.startTime
  );
}

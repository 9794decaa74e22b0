import { join } from "node:path";
import { AppError } from "../core/errors.ts";
import { toFailure } from "../core/system-failure.ts";
import type { Host } from "../host/host.ts";
import type { ProfileName } from "./name.ts";

/** The image's run-time directory; hermes owns it. */
export const IMAGE_RUNTIME_DIRECTORY = "/run/hermes";

/**
 * The directory of sockets and locks, never on the volume: `/run/hermes` in the image, `$XDG_RUNTIME_DIR/hermes` on
 * a host, else a private directory under `/tmp`.
 */
export function runtimeDirectory(host: Host): string {
  if (host.files.readStatus(IMAGE_RUNTIME_DIRECTORY)?.kind === "directory")
    return IMAGE_RUNTIME_DIRECTORY;
  const xdg = host.environment["XDG_RUNTIME_DIR"];
  if (xdg !== undefined && xdg.startsWith("/")) return join(xdg, "hermes");
  return `/tmp/hermes-${host.users.currentUid()}`;
}

/** Makes the run-time directory if it is missing and refuses one that belongs to another user. */
export function ensureRuntimeDirectory(host: Host): string {
  const path = runtimeDirectory(host);
  try {
    host.files.ensureDirectory(path, 0o700);
  } catch (error) {
    throw toFailure(`Cannot make the run-time directory ${path}`, error);
  }
  const status = host.files.readStatus(path);
  const uid = host.users.currentUid();
  if (status?.kind !== "directory" || (status.uid !== uid && uid !== 0)) {
    throw new AppError("refused", `Cannot use the run-time directory ${path}: it is not ours`);
  }
  return path;
}

/** The files of one gateway in the run-time directory. */
type GatewayFile =
  /** The socket on which it answers `/health`. */
  | "sock"
  /** The lock that says which process owns its profile. */
  | "lock"
  | "restart.lock"
  | "end"
  | "exits.json"
  | "desired-state"
  | "log.json"
  | "log.fifo"
  | "log.up";

/** The path of one of a gateway's files in the run-time directory. */
export function gatewayFilePath(directory: string, name: ProfileName, file: GatewayFile): string {
  return join(directory, `gateway-${name}.${file}`);
}

/** Hands on what is known of a gateway to another name; what was announced to its process is over. */
export function moveGatewayFiles(host: Host, from: ProfileName, to: ProfileName): void {
  const directory = runtimeDirectory(host);
  for (const file of ["exits.json", "desired-state"] as const) {
    const path = gatewayFilePath(directory, from, file);
    if (host.files.exists(path)) host.files.rename(path, gatewayFilePath(directory, to, file));
  }
  removeGatewayFiles(host, from);
}

/** Returns the paths of a gateway's run-time files, half-written ones too. Throws if it cannot list them. */
export function listGatewayFiles(host: Host, name: ProfileName): readonly string[] {
  const directory = runtimeDirectory(host);
  const outcome = host.files.listDirectory(directory);
  if (outcome.kind === "unreadable") throw new AppError("io", `${directory}: ${outcome.reason}`);
  const names = outcome.kind === "names" ? outcome.names : [];
  const prefix = `gateway-${name}.`;
  return names
    .filter((file) => file.startsWith(prefix) || file.startsWith(`.${prefix}`))
    .map((file) => join(directory, file));
}

/**
 * Removes the files of a gateway that is gone, its locks included, so that a later one of the same name begins
 * afresh. The caller makes sure that no command for this gateway is in progress: a process that waits for a lock
 * must not be left with a file that no other process sees.
 */
export function removeGatewayFiles(host: Host, name: ProfileName): void {
  for (const path of listGatewayFiles(host, name)) host.files.removeTree(path);
}

import { join } from "node:path";
import { attempt } from "../core/attempt.ts";
import { BOOT_DIRECTORY } from "../core/boot-directory.ts";
import { AppError } from "../core/errors.ts";
import type { Host } from "../host/host.ts";

/** Records the directory of `docker run -w`: the init itself starts the command in `/`. */
const WORK_DIRECTORY = join(BOOT_DIRECTORY, "work-directory");

/** Records the directory that the container was started in. A failure is left to the command to report. */
export function noteWorkDirectory(host: Host): void {
  const directory = host.self.directory();
  if (directory === null) return;
  attempt("record it", () => host.files.createFile(WORK_DIRECTORY, `${directory}\n`, 0o644));
}

/** Returns the directory of `docker run -w` if the init started this process in `/` instead; else null. */
export function findWorkDirectory(host: Host): string | null {
  if (host.self.directory() !== "/") return null;
  const path = (host.files.readSystemFile(WORK_DIRECTORY) ?? "").replace(/\n$/, "");
  return path.startsWith("/") && path !== "/" ? path : null;
}

/** Changes to the directory. Returns false if this user may not, or if it is gone. */
export function tryToEnter(host: Host, path: string): boolean {
  return attempt("enter it", () => host.self.enterDirectory(path)).length === 0;
}

/** Changes to the directory. Throws if that fails: relative paths would mean something else anywhere else. */
export function enterWorkDirectory(host: Host, path: string): void {
  try {
    host.self.enterDirectory(path);
  } catch (error) {
    const reason = host.files.describeSystemError(error);
    throw new AppError("io", `Cannot work in ${JSON.stringify(path)}: ${reason}`, {
      hint: "pass a directory to -w that exists and that user hermes may enter",
    });
  }
}

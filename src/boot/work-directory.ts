import { AppError } from "../core/errors.ts";
import type { Host } from "../host/host.ts";
import { WORK_DIRECTORY } from "./enter.ts";

/** Returns the directory of `docker run -w` if the init started this process in `/` instead; else null. */
export function findWorkDirectory(host: Host): string | null {
  if (host.self.directory() !== "/") return null;
  const path = (host.files.readSystemFile(WORK_DIRECTORY) ?? "").replace(/\n$/, "");
  return path.startsWith("/") && path !== "/" ? path : null;
}

/** Changes to the directory. Returns false if this user may not, or if it is gone. */
export function tryToEnter(host: Host, path: string): boolean {
  try {
    host.self.enterDirectory(path);
    return true;
  } catch {
    return false;
  }
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

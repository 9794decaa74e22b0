import { tryTo } from "../core/attempt.ts";
import { isJsonObject, parseJson } from "../core/json.ts";
import type { Host } from "../host/host.ts";
import { BOOT_DIRECTORY } from "../core/boot-directory.ts";
import type { ProcessIdentity } from "../host/processes.ts";
import { runsMainProgram } from "./container-command.ts";

const MAIN_PROGRAM = `${BOOT_DIRECTORY}/main.json`;

/** Notes, before it replaces this one, which process the main program is; `docker exec` and the like note nothing. */
export function recordMainProgram(host: Host): void {
  const facts = host.processes.readProcess(host.self.pid);
  if (facts === null || !runsMainProgram(host, facts.parent)) return;
  const identity: ProcessIdentity = { pid: facts.pid, startTime: facts.startTime };
  // A command that is the wrapper once more is hermes by now, who may not write there.
  const recorded = readMainProgram(host);
  if (recorded?.pid === facts.pid && recorded.startTime === facts.startTime) return;
  tryTo(host, `write ${MAIN_PROGRAM}`, () => {
    host.files.ensureDirectory(BOOT_DIRECTORY, 0o755);
    // Without waiting for the disk: it means nothing after this run of the container.
    host.files.removeFile(MAIN_PROGRAM);
    host.files.createFile(MAIN_PROGRAM, JSON.stringify(identity), 0o644);
  });
}

/** Returns the container's main program; null if none was started. */
export function readMainProgram(host: Host): ProcessIdentity | null {
  const outcome = host.files.readTextFile(MAIN_PROGRAM, 4096);
  const value = outcome.kind === "text" ? parseJson(outcome.text) : undefined;
  if (!isJsonObject(value)) return null;
  const { pid, startTime } = value;
  return typeof pid === "number" && typeof startTime === "number" ? { pid, startTime } : null;
}

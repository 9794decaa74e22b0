import { dirname } from "node:path";
import { ROOT_PATH } from "../core/runtime-environment.ts";
import { isImage } from "../core/image.ts";
import type { Host } from "../host/host.ts";
import { ALIAS_DIRECTORY } from "../profiles/alias.ts";

/** Variables that decide what a shell runs. Root's programs get none of them as it was given. */
const KEPT = ["PATH", "BASH_ENV", "ENV"] as const;

const keptName = (name: (typeof KEPT)[number]) => `HERMES_GIVEN_${name}`;

/** Gives root in the image its own PATH, and keeps the given variables for when it becomes hermes. */
export function protectRoot(host: Host): void {
  const { environment, self } = host;
  if (host.users.currentUid() !== 0 || !isImage(host)) return;
  for (const name of KEPT) {
    const given = environment[name];
    if (given === undefined || given === ROOT_PATH) continue;
    self.setVariable(keptName(name), given);
    self.setVariable(name, null);
  }
  self.setVariable("PATH", ROOT_PATH);
}

/** If hermes decides what a search path's directory holds: now, or by making it or one above it anew. */
function isWritableByUs(host: Host, directory: string): boolean {
  if (!directory.startsWith("/") || host.files.isWritable(directory)) return true;
  const parent = dirname(directory);
  return parent !== directory && isWritableByUs(host, parent);
}

/** The search path of hermes: what it can write to comes last, so that no program there takes another one's name. */
export function arrangeSearchPath(host: Host, given: string): string {
  const directories = given.split(":").filter((directory) => directory !== "");
  const front = directories.includes("/command") ? [] : ["/command"];
  const whole = new Set([...front, ...directories, ...ROOT_PATH.split(":"), ALIAS_DIRECTORY]);
  const own = [...whole].filter((directory) => isWritableByUs(host, directory));
  return [...[...whole].filter((directory) => !own.includes(directory)), ...own].join(":");
}

/** Gives hermes the variables that were kept from root. Does nothing as root, or if none were kept. */
export function restoreGivenVariables(host: Host): void {
  const { environment, self } = host;
  if (host.users.currentUid() === 0) return;
  for (const name of KEPT) {
    const given = environment[keptName(name)];
    if (given === undefined) continue;
    self.setVariable(name, name === "PATH" ? arrangeSearchPath(host, given) : given);
    self.setVariable(keptName(name), null);
  }
}

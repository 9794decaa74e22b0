import { join } from "node:path";
import { tryTo } from "../core/attempt.ts";
import type { Host } from "../host/host.ts";
import { BOOT_DIRECTORY } from "../core/boot-directory.ts";
import { CONTAINER_ENVIRONMENT } from "../core/image.ts";
import { setContainerVariable } from "./container-environment.ts";

/*
 * Variables whose names no shell takes (`my.var`, `my-var`): Docker and Kubernetes set them, and sh does not hand them
 * on. They go past the shells of the boot in files.
 */

/** The directory that keeps them until the init has made its directory of the container's environment. */
const WAITING = join(BOOT_DIRECTORY, "environment");

/**
 * If it is one of those, and can be a file's name: s6-envdir skips one that begins with a dot. The functions of bash
 * are none: a script of root's would take them for its own.
 */
function isOdd(name: string): boolean {
  return !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !/^$|^\.|\/|^BASH_FUNC_/.test(name);
}

function readVariables(host: Host, directory: string): ReadonlyMap<string, string> {
  const listed = host.files.listDirectory(directory);
  const names = listed.kind === "names" ? listed.names.filter(isOdd) : [];
  return new Map(
    names.flatMap((name) => {
      const text = host.files.readSystemFile(join(directory, name));
      return text === null ? [] : [[name, text.replace(/\n$/, "")] as const];
    }),
  );
}

/** Saves them from the environment that the process `pid` was started with. What fails costs the variable only. */
export function saveNonShellVariables(host: Host, pid: number): void {
  for (const entry of host.processes.readEnvironment(pid)) {
    const name = entry.slice(0, entry.indexOf("="));
    if (!isOdd(name)) continue;
    tryTo(host, `hand on the variable '${name}'`, () => {
      host.files.ensureDirectory(WAITING, 0o755);
      host.files.createFile(join(WAITING, name), `${entry.slice(name.length + 1)}\n`, 0o644);
    });
  }
}

/** Gives those that were saved to everything that starts with the container's environment. */
export function publishNonShellVariables(host: Host): void {
  for (const [name, value] of readVariables(host, WAITING)) setContainerVariable(host, name, value);
}

/** Gives them to this process, and so to what it becomes. Does nothing outside the image. */
export function adoptNonShellVariables(host: Host): void {
  for (const [name, value] of readVariables(host, CONTAINER_ENVIRONMENT)) {
    if (host.environment[name] === undefined) host.self.setVariable(name, value);
  }
}

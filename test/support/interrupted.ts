import type { FakeHost } from "./fake-host.ts";

/** Thrown at the moment in which the process is killed. */
export class Killed extends Error {}

const EFFECTS = [
  "appendToFile",
  "createDirectory",
  "createFile",
  "createLink",
  "ensureDirectory",
  "removeFile",
  "removeTree",
  "rename",
  "writeFileAtomically",
] as const;

/**
 * Kills whoever acts in this world in front of its effect number `at`: that one and all after it do not
 * happen, whatever catches what is thrown. `revive` ends it; `count` tells how many effects were tried.
 */
export function killAtEffect(host: FakeHost, at: number) {
  let count = 0;
  const files: Record<string, unknown> = host.files;
  const { runCommand } = host.processes;
  const before = EFFECTS.map((name) => [name, files[name]] as const);
  const check = () => {
    count += 1;
    if (count >= at) throw new Killed(`killed in front of effect ${at}`);
  };
  for (const [name, effect] of before) {
    files[name] = (...args: readonly unknown[]) => {
      check();
      const done: unknown = typeof effect === "function" && Reflect.apply(effect, null, args);
      return done;
    };
  }
  const commands: Record<string, unknown> = host.processes;
  commands["runCommand"] = async (...args: Parameters<typeof runCommand>) => {
    check();
    return runCommand(...args);
  };
  return {
    count: () => count,
    revive: () => {
      for (const [name, effect] of before) files[name] = effect;
      commands["runCommand"] = runCommand;
    },
  };
}

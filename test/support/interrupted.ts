import { FakeHost, type FakeHostOptions } from "./fake-host.ts";
import { installS6, type FakeS6 } from "./fake-s6.ts";

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
function killAtEffect(host: FakeHost, at: number) {
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

/** A fake world, and the s6 that supervises in it. */
export interface World {
  readonly host: FakeHost;
  readonly s6: FakeS6;
}

/** Makes a second world like the first one, without the commands that made that one. */
function copyWorld({ host: first, s6: firstS6 }: World, options: FakeHostOptions): World {
  const host = new FakeHost(options);
  const s6 = installS6(host);
  host.disk.copyFrom(first.disk);
  s6.copyFrom(firstS6);
  host.clock.advance(first.clock.elapsed());
  return { host, s6 };
}

/** A world in which a command was killed in front of its effect number `at`. */
export interface KilledWorld extends World {
  readonly at: number;
}

/**
 * Kills a command in front of each of its effects, each time in a copy of the world that `begin` makes. Returns a
 * function that makes a copy of each of these worlds for a test; the command runs for the first test only.
 */
export function killAtEachEffect(
  options: FakeHostOptions,
  begin: () => Promise<World>,
  run: (host: FakeHost) => Promise<unknown>,
): () => Promise<readonly KilledWorld[]> {
  const killAll = async (): Promise<readonly World[]> => {
    const first = await begin();
    const whole = copyWorld(first, options);
    const { count, revive } = killAtEffect(whole.host, Number.POSITIVE_INFINITY);
    await run(whole.host);
    revive();
    const worlds = Array.from({ length: count() }, () => copyWorld(first, options));
    for (const [index, { host }] of worlds.entries()) {
      const killed = killAtEffect(host, index + 1);
      await run(host);
      killed.revive();
    }
    return worlds;
  };
  let worlds: Promise<readonly World[]> | null = null;
  return async () => {
    worlds ??= killAll();
    return (await worlds).map((world, index) => ({ at: index + 1, ...copyWorld(world, options) }));
  };
}

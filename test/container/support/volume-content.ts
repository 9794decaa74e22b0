import { runContainer, type Container } from "../harness/container.ts";
import type { Volume } from "../harness/volume.ts";

const SHELL = ["--entrypoint=/bin/sh"];

/** Runs a script as root on a volume that no container uses, with nothing of the image's boot. Gives its stdout. */
export async function onVolume(volume: Volume, script: string): Promise<string> {
  const result = await runContainer({
    flags: SHELL,
    volumes: [`${volume.name}:/opt/data`],
    args: ["-c", `set -eu; cd /opt/data\n${script}`],
  });
  if (result.code !== 0) throw new Error(`The script ended with ${result.code}: ${result.stderr}`);
  return result.stdout;
}

/** As `onVolume`, but hermes runs the script: what it leaves is what the agent could leave. */
export async function onVolumeAsHermes(volume: Volume, script: string): Promise<string> {
  const quoted = `'${script.replaceAll("'", `'\\''`)}'`;
  return onVolume(
    volume,
    `exec setpriv --reuid=10000 --regid=10000 --clear-groups sh -euc ${quoted}`,
  );
}

/** Shell that makes profiles by hand; with a state the gateway said that last. */
export function profileScript(profiles: Readonly<Record<string, string | null>>): string {
  return Object.entries(profiles)
    .flatMap(([name, state]) => [
      `mkdir -p 'profiles/${name}'`,
      `echo 'You are ${name}.' >'profiles/${name}/SOUL.md'`,
      ...(state === null
        ? []
        : [`echo '{"gateway_state":"${state}"}' >'profiles/${name}/gateway_state.json'`]),
    ])
    .join("\n");
}

/** Paths on the volume that root owns. */
export async function listRootOwned(container: Container): Promise<readonly string[]> {
  const found = await container.execOk("root", ["find", "/opt/data", "-user", "0"]);
  return found.split("\n").filter((line) => line !== "");
}

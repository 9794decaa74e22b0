import { tryTo } from "../core/attempt.ts";
import type { Host } from "../host/host.ts";

/** The file in which both inits look for the container's exit code (s6-linux-init, `-C`). */
const EXIT_CODE = "/run/s6-linux-init-container-results/exitcode";
const HALT = "/run/s6/basedir/bin/halt";
const HALT_LIMIT_MS = 10_000;

/** Asks the init to end the container with an exit code. Says so if the init cannot be asked. */
export async function endContainer(host: Host, exitCode: number): Promise<void> {
  tryTo(host, `write ${EXIT_CODE}`, () =>
    host.files.writeFileAtomically(EXIT_CODE, `${exitCode}\n`, 0o644),
  );
  const result = await host.processes.runCommand([HALT], { timeoutMs: HALT_LIMIT_MS });
  if (result.exitCode === 0) return;
  host.output.note(`✗ Cannot end the container: ${HALT} failed: ${result.stderr.trim()}`);
}

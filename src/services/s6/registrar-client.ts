import { AppError, ExitCode } from "../../core/errors.ts";
import { REGISTRAR_DIRECTORY } from "../../core/image.ts";
import type { Host } from "../../host/host.ts";
import type { ProfileName } from "../../profiles/name.ts";
import { runS6, s6Failure } from "./programs.ts";
import { waitUntil } from "../../core/wait-until.ts";

export const REGISTRAR_SOCKET = `${REGISTRAR_DIRECTORY}/socket`;

/** The request of a client to the registrar. */
export interface RegistrarRequest {
  readonly verb: "register" | "unregister";
  readonly name: ProfileName;
}

/** Milliseconds that a boot may take: the registrar comes up at its end. */
const BOOT_LIMIT_MS = 10_000;
/** Milliseconds in which a registrar that has bound its socket begins to listen, on a busy machine. */
const LISTEN_LIMIT_MS = 2000;
const NOT_LISTENING = /unable to connect to .*Connection refused/;

/**
 * Asks root's registrar over its socket; while the container boots, waits for it first. Throws with the registrar's own
 * message and hint if it refuses.
 */
export async function askRegistrar(host: Host, request: RegistrarRequest): Promise<void> {
  await waitUntil(host, () => host.files.exists(REGISTRAR_SOCKET), BOOT_LIMIT_MS);
  const args = [REGISTRAR_SOCKET, request.verb, request.name];
  const ask = async () => runS6(host, "s6-sudo", args, 60_000);
  let result = await ask();
  const isAnswered = async () => {
    if (!NOT_LISTENING.test(result.stderr)) return true;
    result = await ask();
    return false;
  };
  await waitUntil(host, isAnswered, LISTEN_LIMIT_MS);
  if (result.exitCode === 0) return;
  const said = /^✗ (.+)$/m.exec(result.stderr)?.[1];
  const hint = /^ {2}Hint: (.+)$/m.exec(result.stderr)?.[1];
  if (said !== undefined) {
    const options = result.exitCode === ExitCode.tryAgain ? { exitCode: result.exitCode } : {};
    throw new AppError("refused", said, { ...options, ...(hint === undefined ? {} : { hint }) });
  }
  throw s6Failure("s6-sudo", `${request.verb} on 'gateway-${request.name}'`, result);
}

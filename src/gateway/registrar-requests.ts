import { AppError, ExitCode } from "../core/errors.ts";
import { toPrintable } from "../core/printable.ts";
import { describeAbort } from "../core/system-failure.ts";
import { findVolumeUser, runOnVolume } from "../core/volume-user.ts";
import type { Host } from "../host/host.ts";
import type { CommandResult } from "../host/processes.ts";
import { DEFAULT_PROFILE, type ProfileName } from "../profiles/name.ts";
import { profileExists } from "../profiles/store.ts";
import type { Gateways } from "./gateways.ts";

const LONGEST_REASON = 400;

/**
 * Returns true if a profile exists. Looks as hermes: root touches nothing on the volume. Throws if the profile is
 * broken.
 */
async function exists(host: Host, root: string, name: ProfileName): Promise<boolean> {
  if (findVolumeUser(host) === null) return profileExists(host, root, name);
  const result = await runOnVolume(host, root, ["has", name]);
  if (result.exitCode === ExitCode.configuration) {
    const [sentence = ""] = result.stderr.replace(/^✗ /, "").split("\n");
    const reason = toPrintable(sentence, LONGEST_REASON);
    throw new AppError("broken-profile", `Cannot register gateway '${name}': ${reason}`);
  }
  if (result.exitCode === ExitCode.done) return true;
  if (result.exitCode === ExitCode.failed && result.stderr === "") return false;
  throw lookFailed(name, result);
}

/** The child that was to look at the profile has not: nothing is known of it. */
function lookFailed(name: ProfileName, result: CommandResult): AppError {
  const [said = ""] = result.stderr.replace(/^✗ /, "").split("\n");
  const limit = result.startFailure?.message ?? describeAbort(result.stderr);
  const reason = limit ?? toPrintable(said, LONGEST_REASON);
  const message = `Cannot register gateway '${name}': its profile cannot be looked at: ${reason}`;
  // A refusal by the volume is final.
  const isFinal = limit === null && result.exitCode === ExitCode.failed;
  const exitCode = isFinal ? ExitCode.failed : ExitCode.tryAgain;
  return new AppError("io", message, { exitCode });
}

/** Registers the gateway of a profile, down, for root, who looks at the volume as hermes. Throws if there is none. */
export async function registerExisting(
  host: Host,
  root: string,
  gateways: Gateways,
  name: ProfileName,
): Promise<void> {
  if (!(await exists(host, root, name))) {
    throw new AppError("no-such-profile", `Cannot register gateway '${name}': no such profile`);
  }
  await gateways.register(name);
}

/** Brings a gateway down and removes its service. Refuses the default gateway and one that is not registered. */
export async function unregisterExisting(gateways: Gateways, name: ProfileName): Promise<void> {
  if (name === DEFAULT_PROFILE) {
    throw new AppError("refused", "Refused: the default gateway is always registered");
  }
  if ((await gateways.unregister(name)) === "missing") {
    throw new AppError("no-such-gateway", `Cannot unregister gateway '${name}': no such gateway`);
  }
}

import { AppError, ExitCode } from "../core/errors.ts";
import { toPrintable } from "../core/printable.ts";
import { describeAbort } from "../core/system-failure.ts";
import { findVolumeUser, runOnVolume } from "../core/volume-user.ts";
import type { Host } from "../host/host.ts";
import { DEFAULT_PROFILE, type ProfileName } from "../profiles/name.ts";
import { profileExists } from "../profiles/store.ts";
import type { Gateways } from "./gateways.ts";

const LONGEST_REASON = 400;

/** Returns true if a profile exists. Looks as hermes: root touches nothing on the volume. Throws if it is broken. */
async function exists(host: Host, root: string, name: ProfileName): Promise<boolean> {
  if (findVolumeUser(host) === null) return profileExists(host, root, name);
  const { exitCode, startFailure, stderr } = await runOnVolume(host, root, ["has", name]);
  if (exitCode === ExitCode.done) return true;
  if (exitCode === ExitCode.failed && stderr === "") return false;
  const [sentence = ""] = stderr.replace(/^✗ /, "").split("\n");
  const said = toPrintable(sentence, LONGEST_REASON);
  const failure = `Cannot register gateway '${name}'`;
  if (exitCode === ExitCode.configuration)
    throw new AppError("broken-profile", `${failure}: ${said}`);
  // The child has not looked at the profile: nothing is known of it.
  const limit = startFailure?.message ?? describeAbort(stderr);
  const message = `${failure}: its profile cannot be looked at: ${limit ?? said}`;
  // A refusal by the volume is final.
  const isFinal = limit === null && exitCode === ExitCode.failed;
  throw new AppError("io", message, { exitCode: isFinal ? ExitCode.failed : ExitCode.tryAgain });
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

import { AppError } from "../core/errors.ts";
import type { Host } from "../host/host.ts";
import { requireFailure } from "../core/system-failure.ts";
import { asVolumeUser } from "../core/volume-user.ts";
import { settleDeletion } from "../profiles/deletion.ts";
import type { ProfileName } from "../profiles/name.ts";
import { isProfileGone } from "../profiles/store.ts";
import type { Gateways } from "../gateway/gateways.ts";

async function complete(
  host: Host,
  root: string,
  gateways: Gateways,
  name: ProfileName,
): Promise<void> {
  // First the gateway: it would write its files anew.
  if (gateways.manager.supportsRuntimeRegistration() && isProfileGone(host, root, name)) {
    await gateways.suspend(name, "any-state");
    await gateways.unregister(name);
  }
  const [first, ...rest] = asVolumeUser(host, () => settleDeletion(host, root, name));
  if (first === undefined) return;
  throw new AppError("io", first, rest.length === 0 ? {} : { detail: rest.join("\n") });
}

/**
 * Does everything that follows the commit of a deletion: service, alias, logs, run-time files, the choice of the current
 * profile, directory. Can be repeated. Throws what could not be done, and names the command that goes on with it. The
 * caller holds the lock of the names.
 */
export async function completeDeletion(
  host: Host,
  root: string,
  gateways: Gateways,
  name: ProfileName,
): Promise<void> {
  try {
    await complete(host, root, gateways, name);
  } catch (error) {
    const failure = requireFailure(error);
    const { code, detail, exitCode } = failure;
    const message = `Deleted profile '${name}', but not everything of it is gone: ${failure.message}`;
    throw new AppError(code, message, {
      hint: `\`hermes profile delete ${name}\` goes on with it`,
      ...(detail === undefined ? {} : { detail }),
      exitCode,
      cause: error,
    });
  }
}

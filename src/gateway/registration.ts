import { isShutdownAnnounced } from "../core/boot-directory.ts";
import { AppError, ExitCode } from "../core/errors.ts";
import type { Host } from "../host/host.ts";
import type { ProfileName } from "../profiles/name.ts";
import { isProfileGone, profileExists } from "../profiles/store.ts";
import type {
  PublishOutcome,
  RemoveOutcome,
  ServiceAccess,
  ServiceManager,
  ServiceStatus,
} from "../services/manager.ts";
import { recordRegistration } from "./events.ts";

/** The context of the policy: one installation, and the service manager of its gateways. */
export interface Installation {
  readonly host: Host;
  readonly root: string;
  readonly manager: ServiceManager;
}

/** The failure of a command on a gateway that is not there. */
export function noSuchGateway(name: ProfileName): AppError {
  return new AppError(
    "no-such-gateway",
    `no such gateway '${name}': register it with \`hermes profile create ${name}\` first, or pass an existing profile name via \`-p <name>\``,
    { profile: name },
  );
}

/** Throws `no-such-gateway` unless the profile exists. */
export function requireProfile(
  { host, root }: Pick<Installation, "host" | "root">,
  name: ProfileName,
): void {
  if (!profileExists(host, root, name)) throw noSuchGateway(name);
}

/** Publishes a gateway's service, and records it. */
export async function register(
  installation: Installation,
  name: ProfileName,
  access?: ServiceAccess,
): Promise<PublishOutcome> {
  const { host, root, manager } = installation;
  if (isShutdownAnnounced(host)) {
    throw new AppError("refused", `Cannot register gateway '${name}': the container is stopping`, {
      exitCode: ExitCode.tryAgain,
    });
  }
  const outcome = await manager.publish(name, access);
  if (outcome === "published") await recordRegistration(host, root, name, "registered");
  return outcome;
}

/** Brings a gateway down and removes its service, and records it; a missing one is fine. */
export async function unregister(
  { host, root, manager }: Installation,
  name: ProfileName,
): Promise<RemoveOutcome> {
  const outcome = await manager.remove(name);
  if (outcome === "removed") await recordRegistration(host, root, name, "unregistered");
  return outcome;
}

/** Returns the supervisor's statement about a gateway; null if nothing supervises it. */
export async function readStatus(
  { manager }: Installation,
  name: ProfileName,
): Promise<ServiceStatus | null> {
  return (await manager.status(name))?.status ?? null;
}

/** Returns the status of a gateway that is to run; a profile made by hand gets its service now. */
export async function requireService(
  installation: Installation,
  name: ProfileName,
): Promise<ServiceStatus | null> {
  const { host, root } = installation;
  const status = await readStatus(installation, name);
  if (status !== null) return status;
  requireProfile(installation, name);
  await register(installation, name);
  // A deletion that came in between has looked for the service already.
  if (isProfileGone(host, root, name)) {
    await unregister(installation, name);
    throw noSuchGateway(name);
  }
  return readStatus(installation, name);
}

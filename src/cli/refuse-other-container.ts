import { AppError } from "../core/errors.ts";
import type { ProfileName } from "../profiles/name.ts";
import { gatewayLogDirectory } from "../profiles/paths.ts";
import type { ServiceManager } from "../services/manager.ts";
import { isLoggedElsewhere } from "../services/loggers.ts";
import type { App } from "./app.ts";

/**
 * Refuses to take a profile from another container on the same volume, which runs its gateway: nothing here can stop
 * that one, and it would write its files anew.
 */
export async function refuseOtherContainer(
  { host, home }: App,
  manager: ServiceManager,
  name: ProfileName,
  verb: "delete" | "rename",
): Promise<void> {
  if (manager.kind !== "s6") return;
  const directory = gatewayLogDirectory(home.root, name);
  if (!(await isLoggedElsewhere(host, directory))) return;
  const message = `Cannot ${verb} profile '${name}': another container on this volume runs its gateway`;
  throw new AppError("refused", message, {
    hint: `${verb} it there, or stop that container first`,
  });
}

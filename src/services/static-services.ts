import { join } from "node:path";
import type { Host } from "../host/host.ts";
import type { StaticService } from "./manager.ts";
import { readOneService } from "./s6/read-many.ts";

/** The image's services that belong to no profile, in the order in which people ask about them. */
export const STATIC_SERVICES = ["main-hermes", "dashboard", "registrar"] as const;

/** The name of one of them. */
export type StaticServiceName = (typeof STATIC_SERVICES)[number];

/** The file in its directory with which the boot disables a service; s6's own, `down`, is taken away by s6-rc. */
export const DISABLED = "disabled";

function exitCodeOf(reading: Awaited<ReturnType<typeof readOneService>>): number | null {
  if (reading.kind !== "supervised" || reading.status.up) return null;
  return reading.status.exitCode < 0 ? null : reading.status.exitCode;
}

/** Asks s6 about the image's static services; those that are not declared here are left out. */
export async function readStaticServices(
  host: Host,
  scanDir: string,
): Promise<readonly StaticService[]> {
  const present = STATIC_SERVICES.filter((name) => host.files.exists(join(scanDir, name)));
  return Promise.all(
    present.map(async (name) => {
      const directory = join(scanDir, name);
      const reading = await readOneService(host, scanDir, name);
      return {
        name,
        reading,
        notifiesReadiness: host.files.exists(join(directory, "notification-fd")),
        isDisabled: host.files.exists(join(directory, DISABLED)),
        exitCode: exitCodeOf(reading),
      };
    }),
  );
}

import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import type { StaticService } from "../manager.ts";
import { readOneService } from "./read-many.ts";

/** The image's services that belong to no profile, in the order in which people ask about them. */
const STATIC_SERVICES = ["main-hermes", "dashboard", "registrar"] as const;

/** The mark with which the boot keeps a service down; s6's own, `down`, is taken away by s6-rc. */
export const STAY_DOWN = "stay-down";

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
        saysReady: host.files.exists(join(directory, "notification-fd")),
        standsAside: host.files.exists(join(directory, STAY_DOWN)),
        exitCode: exitCodeOf(reading),
      };
    }),
  );
}

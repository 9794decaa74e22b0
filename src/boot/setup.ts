import { dirname, join } from "node:path";
import type { Host } from "../host/host.ts";
import { ROOT_DIRECTORIES } from "../profiles/paths.ts";
import { seedProfile } from "../profiles/store.ts";
import { prepareUser } from "./identity.ts";
import { repairOwnership } from "./ownership.ts";
import { isMainService, keepServiceDown } from "./static-services.ts";

const ROOT_RUN_DIRECTORIES = ["/run/hermes-alias", "/run/hermes-boot"] as const;
const USER_RUN_DIRECTORY = "/run/hermes";

function attempt(host: Host, what: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    host.output.note(`warning: cannot ${what}: ${host.files.describeSystemError(error)}`);
  }
}

/** Puts what an installation has from the start on the volume, only where it is missing. */
export function seedVolume(host: Host, root: string): void {
  attempt(host, `seed ${root}`, () => {
    for (const name of ROOT_DIRECTORIES) host.files.ensureDirectory(join(root, name), 0o755);
    seedProfile(host, root);
  });
}

/** Seeds in a child that becomes hermes first, so that root writes nothing on the volume. */
async function seedAsUser(host: Host, root: string): Promise<void> {
  const executable = join(dirname(host.self.executable), "hermes-boot");
  const result = await host.processes.runCommand([executable, "volume", "seed"], {
    timeoutMs: 60_000,
    environment: { PATH: host.environment["PATH"] ?? "/usr/bin:/bin", HERMES_HOME: root },
  });
  if (result.stderr !== "") host.output.note(result.stderr.trimEnd());
}

/**
 * What must be true before anything else at boot: who runs the main program, the user's ids, the run-time
 * directories, the volume and its owner, the seed. Nothing here ends the boot; what fails is a warning.
 */
export async function setUpContainer(host: Host, root: string): Promise<void> {
  const image = host.users.currentUid() === 0 ? host.users.findUserByName("hermes") : null;
  if (!isMainService(host)) {
    attempt(host, "keep main-hermes down", () => keepServiceDown(host, "main-hermes"));
  }
  for (const path of ROOT_RUN_DIRECTORIES) {
    attempt(host, `make ${path}`, () => host.files.ensureDirectory(path, 0o755));
  }
  if (image === null) {
    attempt(host, `make ${USER_RUN_DIRECTORY}`, () =>
      host.files.ensureDirectory(USER_RUN_DIRECTORY, 0o755),
    );
    seedVolume(host, root);
    return;
  }
  const user = prepareUser(host, image);
  attempt(host, `make ${USER_RUN_DIRECTORY}`, () => {
    host.files.ensureDirectory(USER_RUN_DIRECTORY, 0o755);
    host.files.setOwner(USER_RUN_DIRECTORY, user.uid, user.gid);
  });
  attempt(host, `make ${root}`, () => host.files.ensureDirectory(root, 0o755));
  for (const warning of await repairOwnership(host, root, user)) {
    host.output.note(`warning: ${warning}`);
  }
  await seedAsUser(host, root);
}

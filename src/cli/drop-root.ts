import { AppError, messageOf } from "../core/errors.ts";
import { isSwitchOn } from "../core/switches.ts";
import type { Host } from "../host/host.ts";
import { IMAGE_RUNTIME_DIRECTORY } from "../profiles/runtime-directory.ts";

/**
 * `docker exec <container> hermes …` comes as root; it becomes hermes before it does anything, so that
 * nothing of root's is left on the volume. Only in the image, which is where hermes has its run-time
 * directory. Refuses to go on where the change is impossible.
 */
export function dropRoot(host: Host): void {
  if (host.users.currentUid() !== 0) return;
  if (isSwitchOn(host.environment["HERMES_DOCKER_EXEC_AS_ROOT"])) return;
  const directory = host.files.readStatus(IMAGE_RUNTIME_DIRECTORY);
  if (directory?.kind !== "directory") return;
  const user = host.users.findUserByName("hermes");
  if (user === null || directory.uid !== user.uid) return;
  try {
    host.users.becomeUser(user);
  } catch (error) {
    throw new AppError("refused", `Cannot drop from root to hermes: ${messageOf(error)}`, {
      hint: "give the container CAP_SETUID and CAP_SETGID, or set HERMES_DOCKER_EXEC_AS_ROOT=1",
    });
  }
}

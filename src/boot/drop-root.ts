import { isImage } from "../core/image.ts";
import { NO_HERMES } from "./preflight.ts";
import { AppError, messageOf } from "../core/errors.ts";
import { isSwitchOn } from "../core/switches.ts";
import type { Host } from "../host/host.ts";
import { IMAGE_RUNTIME_DIRECTORY } from "../profiles/runtime-directory.ts";
import type { User } from "../host/users.ts";
import { restoreGivenVariables } from "./given-variables.ts";

/**
 * Returns the image's user hermes; null outside the image, since the current user is the right one there. Throws if
 * root would stay root because another `/etc/passwd` replaces the image's.
 */
export function findImageUser(host: Host): User | null {
  const user = host.users.findUserByName("hermes");
  if (isImage(host)) {
    if (host.users.currentUid() === 0 && (user === null || user.uid === 0)) {
      throw new AppError("refused", NO_HERMES.message, { hint: NO_HERMES.hint });
    }
    return user;
  }
  if (user === null) return null;
  return host.files.readStatus(IMAGE_RUNTIME_DIRECTORY)?.uid === user.uid ? user : null;
}

/**
 * Turns root into hermes, for good, and sets the variables that name a user for hermes. Only in the image; an
 * unexpected uid stays as it is. Throws if the kernel refuses the change.
 */
export function becomeHermes(host: Host): void {
  const user = findImageUser(host);
  if (user === null) return;
  const uid = host.users.currentUid();
  if (uid === user.uid) host.users.nameUser(user);
  if (uid !== 0) return;
  try {
    host.users.becomeUser(user);
  } catch (error) {
    throw new AppError("refused", `Cannot drop from root to hermes: ${messageOf(error)}`, {
      hint: "add --cap-add SETUID --cap-add SETGID to docker run",
    });
  }
  restoreGivenVariables(host);
}

/** Makes root, as `docker exec` comes, hermes before it touches the volume; `HERMES_DOCKER_EXEC_AS_ROOT` opts out. */
export function dropRoot(host: Host): void {
  if (!isSwitchOn(host.environment["HERMES_DOCKER_EXEC_AS_ROOT"])) becomeHermes(host);
}

/**
 * Refuses a uid that is neither root nor hermes (`docker exec --user 1000`) and may not write to the volume at `root`:
 * every command would report another denied file. Only in the image.
 */
export function refuseUnexpectedUid(host: Host, root: string): void {
  const uid = host.users.currentUid();
  if (uid === 0 || !isImage(host)) return;
  const user = host.users.findUserByName("hermes");
  if (user === null || user.uid === uid) return;
  if (host.files.isWritable(root) || !host.files.exists(root)) return;
  const ids = `${user.uid}:${user.gid}`;
  throw new AppError("refused", `Cannot work as uid ${uid}: ${root} belongs to hermes (${ids})`, {
    hint: "leave out --user, or pass --user hermes: docker exec <container> hermes status",
  });
}

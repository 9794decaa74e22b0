import { AppError } from "../core/errors.ts";
import { isInsideGateway } from "../core/service-processes.ts";
import type { Host } from "../host/host.ts";
import type { ProfileName } from "../profiles/name.ts";
import { gatewayLogDirectory, profileDirectory } from "../profiles/paths.ts";
import type { Installation } from "./registration.ts";
import { findOwner } from "./record/owner.ts";

/** Refuses a stop or restart from inside the gateway: it would end the process that asked, half-way through. */
export function refuseFromInside(
  host: Host,
  name: ProfileName,
  verb: string,
  pid: number | null,
): void {
  if (pid === null || !isInsideGateway(host, pid)) return;
  throw new AppError("refused", `Cannot ${verb} gateway '${name}' from inside itself`, {
    hint: "ask from outside, or end with exit code 0 to stay down and 75 to be started again",
  });
}

/** Refuses hermes a gateway that only root may control. Root is refused nothing. */
export function refuseRootOnly(
  { host, manager }: Pick<Installation, "host" | "manager">,
  name: ProfileName,
  verb: string,
): void {
  if (host.users.currentUid() === 0 || manager.readAccess(name) === "hermes") return;
  throw closedFailure(name, verb);
}

/** Returns the refusal of a gateway that only root may control. */
export function closedFailure(name: ProfileName, verb: string): AppError {
  return new AppError("refused", `Cannot ${verb} gateway '${name}': only root may control it now`, {
    hint: `start it once as root: \`docker exec -e HERMES_DOCKER_EXEC_AS_ROOT=1 CONTAINER hermes -p ${name} gateway start\``,
  });
}

/** The changes that a gateway in the foreground is protected from. */
export type ForegroundVerb = "start" | "stop" | "restart" | "delete";

function foregroundHint(verb: ForegroundVerb): string {
  if (verb === "delete") return "end that process first";
  return verb === "start"
    ? "it runs already; to have s6 run it, end that process first, or start the container with another command"
    : `${verb} that process; if it is the container's command, ${verb} the container`;
}

/**
 * Refuses to start, stop, restart or delete a gateway that runs in the foreground: its service is down already, and the
 * process that started it, often the container itself, depends on it.
 */
export async function refuseForeground(
  { host, root, manager }: Installation,
  name: ProfileName,
  verb: ForegroundVerb,
): Promise<void> {
  const report = await manager.status(name);
  const status = report?.status ?? null;
  // A process that a supervised gateway started may outlive it until its exit is recorded.
  if (status !== null && (status.wantedUp || !status.finished)) return;
  // A process that the supervisor has lost is not in the foreground: the command takes it back.
  if (report !== null && report.unsupervisedPid !== null) return;
  const owner = findOwner(host, profileDirectory(root, name), name);
  if (owner === null) return;
  const [what, it] = verb === "delete" ? ["profile", "its gateway"] : ["gateway", "it"];
  const message = `Cannot ${verb} ${what} '${name}': pid ${owner.pid} runs ${it} in the foreground`;
  throw new AppError("refused", message, { hint: foregroundHint(verb) });
}

/**
 * Refuses to take a profile from another container on the same volume that runs its gateway: nothing here can stop that
 * one, and it would write its files anew.
 */
export async function refuseOtherContainer(
  { root, manager }: Installation,
  name: ProfileName,
  verb: "delete" | "rename",
): Promise<void> {
  if (!(await manager.runsElsewhere(gatewayLogDirectory(root, name)))) return;
  const message = `Cannot ${verb} profile '${name}': another container on this volume runs its gateway`;
  throw new AppError("refused", message, {
    hint: `${verb} it there, or stop that container first`,
  });
}

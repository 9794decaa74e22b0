import { AppError } from "../core/errors.ts";
import type { ProfileName } from "../profiles/name.ts";
import { findOwner } from "../gateway/record/owner.ts";
import { profileDirectory } from "../profiles/paths.ts";
import type { ServiceManager } from "../services/manager.ts";
import type { App } from "./app.ts";

type Verb = "start" | "stop" | "restart" | "delete";

function hintFor(verb: Verb): string {
  if (verb === "delete") return "end that process first";
  return verb === "start"
    ? "it runs already; to have s6 run it, end that process first, or start the container with another command"
    : `${verb} that process; if it is the container's command, ${verb} the container`;
}

/**
 * Refuses to start, stop, restart or delete a gateway that runs in the foreground: its service is down already, and
 * the process that started it, often the container itself, depends on it.
 */
export async function refuseForeground(
  app: App,
  manager: ServiceManager,
  name: ProfileName,
  verb: Verb,
): Promise<void> {
  const status = await manager.readGateway(name);
  // What a supervised gateway started may outlive it until its `finish` has ended.
  if (status !== null && (status.wantedUp || !status.finished)) return;
  // What s6 has lost is no foreground: the command takes it back.
  if (manager.findUnsupervised(name, status?.pid ?? null) !== null) return;
  const owner = findOwner(app.host, profileDirectory(app.home.root, name), name);
  if (owner === null) return;
  const [what, it] = verb === "delete" ? ["profile", "its gateway"] : ["gateway", "it"];
  const message = `Cannot ${verb} ${what} '${name}': pid ${owner.pid} runs ${it} in the foreground`;
  throw new AppError("refused", message, { hint: hintFor(verb) });
}

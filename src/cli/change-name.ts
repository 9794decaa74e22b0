import { AppError } from "../core/errors.ts";
import { requireFailure } from "../core/system-failure.ts";
import type { ProfileName } from "../profiles/name.ts";
import { findOwner } from "../gateway/record/owner.ts";
import { profileDirectory } from "../profiles/paths.ts";
import { commitRename, forgetRename, noteRename, type RenameNote } from "../profiles/rename.ts";
import type { Gateways } from "../gateway/gateways.ts";
import type { App } from "./app.ts";
import { warnAll } from "./commands/warn.ts";

/** The reasons why a rename is not begun. */
export function refuseRename(
  from: ProfileName,
  to: ProfileName,
  why: string,
  hint?: string,
): AppError {
  const message = `Cannot rename profile '${from}' to '${to}': ${why}`;
  return new AppError("refused", message, hint === undefined ? {} : { hint });
}

/** Refuses to take the directory from under a process that s6 does not keep: it would write it anew. */
function checkOwner(app: App, { from, to }: RenameNote, supervised: number | null): void {
  const owner = findOwner(app.host, profileDirectory(app.home.root, from), from);
  if (owner === null) return;
  const group = app.host.processes.readProcess(owner.pid)?.group;
  if (owner.pid === supervised || group === supervised) return;
  const hint = `end that process first: it runs in the foreground`;
  throw refuseRename(from, to, `pid ${owner.pid} runs its gateway`, hint);
}

/**
 * Takes the gateway out of s6 and gives the directory its new name; undoes everything if that fails. `from` is
 * `any-state` for a rename that was interrupted: it may have sent the gateway on its way down.
 */
export async function changeName(
  app: App,
  gateways: Gateways,
  note: RenameNote,
  from: "settled" | "any-state",
): Promise<void> {
  const { host, home } = app;
  const registers = gateways.manager.supportsRuntimeRegistration();
  const status = (await gateways.manager.status(note.from))?.status;
  checkOwner(app, note, status?.up === true ? status.pid : null);
  await gateways.refuseOtherContainer(note.from, "rename");
  let isTouched = false;
  try {
    noteRename(host, home.root, note);
    if (registers) {
      try {
        await gateways.suspend(note.from, from);
        isTouched = true;
      } catch (error) {
        // One that fails half-way may have sent the signal.
        isTouched = requireFailure(error).code !== "refused";
        throw error;
      }
      await gateways.unregister(note.from);
    }
    commitRename(host, home.root, note);
  } catch (error) {
    tidyUp(app, note.from);
    const failure = requireFailure(error);
    if (isTouched) await restore(app, gateways, note);
    throw explain(failure, note);
  }
}

/** Removes the note of a rename. A note that stays behind does no harm. */
function tidyUp({ host, home }: App, holder: ProfileName): void {
  try {
    forgetRename(host, home.root, holder);
  } catch {
    // The volume has refused more than that.
  }
}

function explain(error: AppError, { from, to }: RenameNote): AppError {
  const { code, message, hint, exitCode, cause } = error;
  const more = hint === undefined ? {} : { hint };
  return new AppError(code, `Cannot rename profile '${from}' to '${to}': ${message}`, {
    ...more,
    exitCode,
    cause,
  });
}

/** After a rename that failed: as it was before. What fails here is less than what failed there. */
async function restore(app: App, gateways: Gateways, { from, start }: RenameNote): Promise<void> {
  try {
    await gateways.register(from);
    if (start) await gateways.start(from);
  } catch (error) {
    const { message } = requireFailure(error);
    warnAll(app, [`gateway '${from}' is not as it was: ${message}`]);
  }
}

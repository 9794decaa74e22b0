import { AppError, ExitCode } from "../../core/errors.ts";
import { requireFailure } from "../../core/system-failure.ts";
import { isCurrentProfile } from "../../profiles/current.ts";
import { commitDeletion, hasLeftovers, isDeletionPending } from "../../profiles/deletion.ts";
import { DEFAULT_PROFILE, type ProfileName } from "../../profiles/name.ts";
import { findMountAt } from "../../core/mounts.ts";
import { gatewayLogDirectory, profileDirectory } from "../../profiles/paths.ts";
import { isProfileThere, requireProfileName } from "../../profiles/store.ts";
import { completeDeletion } from "../../services/complete-deletion.ts";
import type { Gateways } from "../../gateway/gateways.ts";
import { withNamesLock } from "../../profiles/profile-lock.ts";
import { asVolumeUser } from "../../core/volume-user.ts";
import type { App } from "../app.ts";
import type { Command, Example } from "../command-type.ts";
import { command } from "../command.ts";
import { createMessages } from "../messages.ts";
import { warnAll } from "./warn.ts";

const ARGS = {
  name: {
    type: "positional",
    valueHint: "PROFILE",
    description: "The profile's name",
    required: true,
  },
  yes: { type: "boolean", alias: "y", description: "Do not ask" },
} as const;

/** Asks the user to type the name. Throws without a terminal. */
function confirm(app: App, name: ProfileName): void {
  const { host, home } = app;
  if (!host.input.isTerminal()) {
    throw new AppError("refused", `Cannot ask whether to delete profile '${name}': no terminal`, {
      hint: "pass -y to delete without asking",
    });
  }
  const directory = profileDirectory(home.root, name);
  const what =
    host.files.readLink(directory) === null
      ? `${directory} with its memory`
      : `the link ${directory}, not what it leads to`;
  createMessages(app.host).log(`This deletes ${what}, and the gateway's logs.`);
  createMessages(app.host).log(`Type the profile's name to go on:`);
  if (host.input.readLine()?.trim() !== name) {
    throw new AppError("refused", `Profile '${name}' is not deleted: that was another name`);
  }
}

const EXAMPLES: readonly Example[] = [
  ["hermes profile delete coder", "Ask for the name, then delete it"],
  ["hermes profile delete coder -y", "Delete it without asking, for scripts"],
];

/** Starts a gateway again whose profile could not be deleted. */
async function restore(app: App, gateways: Gateways, name: ProfileName): Promise<void> {
  try {
    await gateways.start(name);
  } catch (error) {
    const { message } = requireFailure(error);
    warnAll(app, [`gateway '${name}' is not as it was: ${message}`]);
  }
}

/** Brings the gateway down and commits the deletion; starts it again if the volume refuses. */
async function commit(app: App, gateways: Gateways, name: ProfileName): Promise<void> {
  const { host, home } = app;
  await gateways.refuseForeground(name, "delete");
  await gateways.refuseOtherContainer(name, "delete");
  const before = (await gateways.manager.status(name))?.status;
  try {
    await gateways.suspend(name, "any-state");
    asVolumeUser(host, () => commitDeletion(host, home.root, name));
  } catch (error) {
    const failure = requireFailure(error);
    const isTouched = failure.code !== "refused" && before?.wantedUp === true;
    if (isTouched) await restore(app, gateways, name);
    throw failure;
  }
}

/** Returns whether anything of a profile is there: itself, a deletion that is not complete, its gateway, its logs. */
function isAnythingThere(app: App, gateways: Gateways, name: ProfileName): boolean {
  const { host, home } = app;
  return (
    isProfileThere(host, home.root, name) ||
    hasLeftovers(host, home.root, name) ||
    gateways.manager.list().includes(name)
  );
}

/** Refuses to remove what the container's engine mounts, before anything is done. */
function refuseMounts({ host, home }: App, name: ProfileName): void {
  for (const path of [profileDirectory(home.root, name), gatewayLogDirectory(home.root, name)]) {
    const mount = findMountAt(host, path);
    if (mount === null) continue;
    throw new AppError("refused", `Cannot delete profile '${name}': ${mount} is mounted there`, {
      hint: "start the container without that mount, then delete the profile",
    });
  }
}

async function remove(app: App, name: ProfileName): Promise<void> {
  const { host, home } = app;
  const gateways = await app.gatewaysAfterBoot();
  const wasCurrent = isCurrentProfile(host, home.root, name);
  const directory = profileDirectory(home.root, name);
  const target = host.files.readLink(directory);
  if (isProfileThere(host, home.root, name)) await commit(app, gateways, name);
  await completeDeletion(host, home.root, gateways, name);
  host.output.result(`Deleted profile '${name}'\n`);
  if (target !== null)
    createMessages(host).log(`${directory} was a link: ${target} is left as it is`);
  if (wasCurrent) createMessages(host).log(`The current profile is 'default' again`);
}

/**
 * `hermes profile delete NAME`: removes gateway, directory, logs and alias. After an interruption, the same command
 * completes the work without asking again.
 */
export function profileDelete(app: App): Command {
  return command(ARGS, EXAMPLES, async (args) => {
    const name = requireProfileName(args.name);
    const { host, home } = app;
    if (name === DEFAULT_PROFILE) {
      throw new AppError(
        "refused",
        "Cannot delete profile 'default': it is the installation itself",
      );
    }
    if (!isAnythingThere(app, await app.gatewaysAfterBoot(), name)) {
      throw new AppError("no-such-profile", `Cannot delete profile '${name}': no such profile`, {
        hint: "see `hermes profile list`",
        profile: name,
      });
    }
    refuseMounts(app, name);
    const isCommitted =
      !isProfileThere(host, home.root, name) && isDeletionPending(host, home.root, name);
    if (!isCommitted && !(args.yes ?? false)) confirm(app, name);
    await withNamesLock(host, `delete profile '${name}'`, () => remove(app, name));
    return ExitCode.done;
  });
}

import { AppError } from "../../core/errors.ts";
import { requireFailure } from "../../core/system-failure.ts";
import { isDeletionPending } from "../../profiles/deletion-steps.ts";
import type { ProfileName } from "../../profiles/name.ts";
import { readRenameNote } from "../../profiles/rename-steps.ts";
import {
  createProfile,
  listProfiles,
  refuseDefault,
  requireProfileName,
} from "../../profiles/store.ts";
import { completeDeletion } from "../../profiles/delete.ts";
import type { Gateways } from "../../gateway/gateways.ts";
import { withProfileLock } from "../../profiles/profile-lock.ts";
import { aliasPath, supportsAliases } from "../../profiles/alias.ts";
import { isPartOfBoot } from "../../services/boot-phase.ts";
import type { App } from "../app.ts";
import { PROFILE_NAME } from "../arguments.ts";
import { command, type Command, type Example } from "../command.ts";

const EXAMPLES: readonly Example[] = [
  ["hermes profile create coder", "Make 'coder'; its gateway is registered, down"],
  ["hermes -p coder gateway start", "Start that gateway afterwards"],
];

async function registerGateway(gateways: Gateways, name: ProfileName): Promise<void> {
  try {
    await gateways.register(name);
  } catch (error) {
    const { message, exitCode } = requireFailure(error);
    throw new AppError(
      "not-registered",
      `Created profile '${name}', but its gateway is not registered: ${message}`,
      { hint: `\`hermes -p ${name} gateway start\` tries again`, exitCode, cause: error },
    );
  }
}

/** Refuses the old name of a rename that is not complete: its logs and its gateway still have that name. */
function refuseOldName({ host, home }: App, name: ProfileName): void {
  for (const holder of listProfiles(host, home.root)) {
    const note = holder === name ? null : readRenameNote(host, home.root, holder);
    if (note?.from !== name) continue;
    const message = `Cannot create profile '${name}': its rename to '${holder}' was interrupted`;
    const hint = `\`hermes profile rename ${name} ${holder}\` completes it`;
    throw new AppError("refused", message, { hint });
  }
}

/** Makes the profile and registers its gateway. An earlier profile of that name leaves it nothing. */
async function create(app: App, name: ProfileName): Promise<void> {
  const { host, home } = app;
  const gateways = await app.gatewaysAfterBoot();
  if (isDeletionPending(host, home.root, name)) {
    await completeDeletion({ host, root: home.root, gateways }, name);
  }
  refuseOldName(app, name);
  const directory = createProfile(host, home.root, name);
  host.output.result(`Created profile '${name}' in ${directory}\n`);
  if (!gateways.manager.supportsRuntimeRegistration()) return;
  if (isPartOfBoot(host)) {
    host.output.note(
      `The boot registers gateway '${name}', if it has not registered the others yet`,
    );
    return;
  }
  await registerGateway(gateways, name);
  host.output.result(`Registered gateway '${name}', down\n`);
  if (aliasPath(host, name) !== null) {
    host.output.result(`Alias: ${name} is short for hermes -p ${name}\n`);
  } else if (supportsAliases(host)) {
    host.output.note(`No alias: '${name}' is the name of a program; use \`hermes -p ${name}\``);
  }
  host.output.note(`Next: hermes -p ${name} gateway start`);
}

/** `hermes profile create NAME`: the profile, its gateway registered down, its alias. */
export function profileCreate(app: App): Command {
  return command({ name: PROFILE_NAME }, EXAMPLES, async (args) => {
    const name = requireProfileName(args.name);
    refuseDefault(name);
    // Before the lock, which others want, too.
    await app.gatewaysAfterBoot();
    await withProfileLock(app.host, `create profile '${name}'`, () => create(app, name));
  });
}

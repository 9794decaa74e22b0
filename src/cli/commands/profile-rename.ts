import { AppError, ExitCode } from "../../core/errors.ts";
import { requireFailure } from "../../core/system-failure.ts";
import { isDeletionPending } from "../../profiles/deletion.ts";
import { DEFAULT_PROFILE, type ProfileName } from "../../profiles/name.ts";
import { findMountAt } from "../../core/mounts.ts";
import {
  configPath,
  environmentFilePath,
  gatewayLogDirectory,
  profileDirectory,
} from "../../profiles/paths.ts";
import {
  forgetRename,
  readRenameNote,
  settleRename,
  type RenameNote,
} from "../../profiles/rename.ts";
import { moveGatewayFiles } from "../../profiles/runtime-directory.ts";
import { readDesiredState } from "../../gateway/record/state-store.ts";
import { isProfileGone, profileExists, requireProfileName } from "../../profiles/store.ts";
import { completeDeletion } from "../../services/complete-deletion.ts";
import type { GatewayOutcome, Gateways } from "../../gateway/gateways.ts";
import { withNamesLock } from "../../profiles/profile-lock.ts";
import { aliasPath } from "../../profiles/alias.ts";
import type { App } from "../app.ts";
import type { Command, Example } from "../command-type.ts";
import { changeName, refuseRename } from "../change-name.ts";
import { command } from "../command.ts";
import { usageError } from "../usage-error.ts";
import { warnAll } from "./warn.ts";

const ARGS = {
  old: {
    type: "positional",
    valueHint: "PROFILE",
    description: "The profile's name",
    required: true,
  },
  new: { type: "positional", description: "The name that it gets", required: true },
} as const;

const EXAMPLES: readonly Example[] = [
  ["hermes profile rename coder writer", "Move it with its logs, gateway and alias"],
];

/** Refuses to move what the container's engine mounts under the old name at every start. */
function refuseMounts({ host, home }: App, from: ProfileName, to: ProfileName): void {
  for (const pathOf of [profileDirectory, gatewayLogDirectory]) {
    const mount = findMountAt(host, pathOf(home.root, from));
    if (mount === null) continue;
    const target = pathOf(home.root, to);
    const hint =
      mount === pathOf(home.root, from)
        ? `start the container with ${target} as the place of that mount`
        : `start the container without that mount, rename the profile, and mount it below ${target}`;
    throw refuseRename(from, to, `${mount} is mounted there`, hint);
  }
}

/** Refuses what could not be undone, before anything is done. */
function checkNames(app: App, gateways: Gateways, from: ProfileName, to: ProfileName): void {
  const { host, home } = app;
  if (from === to) throw usageError("The new name is the old one", ["hermes", "profile", "rename"]);
  if (from === DEFAULT_PROFILE || to === DEFAULT_PROFILE) {
    throw refuseRename(from, to, "'default' is the installation itself");
  }
  if (!profileExists(host, home.root, from)) {
    throw new AppError("no-such-profile", `Cannot rename profile '${from}': no such profile`, {
      hint: "see `hermes profile list`",
      profile: from,
    });
  }
  refuseMounts(app, from, to);
  const target = profileDirectory(home.root, to);
  if (host.files.readStatus(target) !== null) {
    throw refuseRename(from, to, `${target} exists already`, "choose another name");
  }
  if (gateways.manager.list().includes(to)) {
    const hint = `take it away with \`hermes profile delete ${to} -y\`, or choose another name`;
    throw refuseRename(
      from,
      to,
      `a gateway of a profile '${to}' that is gone is still registered`,
      hint,
    );
  }
}

/** Settings that still name the old directory: they are the operator's, and only told of. */
function findOldPaths({ host, home }: App, { from, to }: RenameNote): readonly string[] {
  const old = profileDirectory(home.root, from);
  return [configPath, environmentFilePath].flatMap((pathOf) => {
    const path = pathOf(profileDirectory(home.root, to));
    const outcome = host.files.readTextFile(path, 262_144);
    const [, ...behind] = outcome.kind === "text" ? outcome.text.split(old) : [];
    // Not a longer name that begins like it.
    return behind.some((text) => !/^[a-z0-9_-]/.test(text))
      ? [`${path} still names ${old}: change it there`]
      : [];
  });
}

/** Everything that follows the change; can be done again after an interruption. */
async function finish(app: App, gateways: Gateways, note: RenameNote): Promise<void> {
  const { host, home } = app;
  const { from, to, start } = note;
  const warnings = [...settleRename(host, home.root, note), ...findOldPaths(app, note)];
  host.output.result(
    `Renamed profile '${from}' to '${to}' in ${profileDirectory(home.root, to)}\n`,
  );
  if (gateways.manager.supportsRuntimeRegistration()) {
    if (isProfileGone(host, home.root, from)) {
      await gateways.unregister(from);
      moveGatewayFiles(host, from, to);
    }
    await gateways.register(to);
    if (start) {
      const { pid, warnings: more } = await startRenamed(app, gateways, note);
      host.output.result(`Started gateway '${to}' (pid ${pid}), ready\n`);
      warnings.push(...more);
    } else host.output.result(`Registered gateway '${to}', down\n`);
    if (aliasPath(host, to) !== null) {
      host.output.result(`Alias: ${to} is short for hermes -p ${to}\n`);
    }
  }
  forgetRename(host, home.root, to);
  warnAll(app, warnings);
}

/** Starts the gateway under its new name. One that s6 has started and that does not get ready is renamed all the same. */
async function startRenamed(
  { host, home }: App,
  gateways: Gateways,
  { from, to }: RenameNote,
): Promise<GatewayOutcome> {
  try {
    return await gateways.start(to);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "not-ready") throw error;
    forgetRename(host, home.root, to);
    const message = `Renamed profile '${from}' to '${to}', and its gateway is not ready: ${error.message}`;
    throw new AppError("not-ready", message, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    });
  }
}

async function finishOrExplain(app: App, gateways: Gateways, note: RenameNote): Promise<void> {
  try {
    await finish(app, gateways, note);
  } catch (error) {
    const failure = requireFailure(error);
    if (failure.code === "not-ready") throw error;
    const { from, to } = note;
    const message = `Renamed profile '${from}' to '${to}', but not all is done: ${failure.message}`;
    throw new AppError(failure.code, message, {
      hint: `\`hermes profile rename ${from} ${to}\` goes on with it`,
      exitCode: failure.exitCode,
      cause: error,
    });
  }
}

/**
 * Returns true if an interrupted rename still has a gateway to start: not if an operator has stopped it since.
 */
function isStillToStart(
  { host, home }: App,
  note: RenameNote | null,
  holder: ProfileName,
): boolean {
  return (
    note?.start === true &&
    readDesiredState(host, profileDirectory(home.root, holder)) !== "stopped"
  );
}

async function rename(app: App, from: ProfileName, to: ProfileName): Promise<void> {
  const { host, home } = app;
  const gateways = await app.gatewaysAfterBoot();
  const changed = profileExists(host, home.root, to) ? readRenameNote(host, home.root, to) : null;
  if (changed?.from === from && !profileExists(host, home.root, from)) {
    return finishOrExplain(app, gateways, { ...changed, start: isStillToStart(app, changed, to) });
  }
  if (isDeletionPending(host, home.root, to)) {
    await completeDeletion(host, home.root, gateways, to);
  }
  checkNames(app, gateways, from, to);
  const earlier = readRenameNote(host, home.root, from);
  const status = (await gateways.manager.status(from))?.status;
  const start = isStillToStart(app, earlier, from) || status?.wantedUp === true;
  const note = { from, to, start };
  await changeName(app, gateways, note, earlier === null ? "settled" : "any-state");
  return finishOrExplain(app, gateways, note);
}

/**
 * `hermes profile rename OLD NEW`: changes directory, logs, gateway, alias and the choice of the current profile.
 * After an interruption, the same command goes on with it.
 */
export function profileRename(app: App): Command {
  return command(ARGS, EXAMPLES, async (args) => {
    const [from, to] = [requireProfileName(args.old), requireProfileName(args.new)];
    await withNamesLock(app.host, `rename profile '${from}'`, () => rename(app, from, to));
    return ExitCode.done;
  });
}

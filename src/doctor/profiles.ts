import { AppError } from "../core/errors.ts";
import { isProfileChosen, readCurrentProfile } from "../profiles/current.ts";
import { listDeletions, listHalfMade } from "../profiles/deletion-steps.ts";
import { eventHookPath, isHookThere, judgeHook } from "../gateway/record/event-hook-file.ts";
import { readHookFailure } from "../gateway/record/hook-failure.ts";
import { readRenameNote, type RenameNote } from "../profiles/rename-steps.ts";
import { listProfiles, profileExists } from "../profiles/store.ts";
import { completeDeletion } from "../profiles/delete.ts";
import { withProfileLock } from "../profiles/profile-lock.ts";
import {
  ok,
  problem,
  UNKNOWN_CAUSE,
  warning,
  type Check,
  type DoctorContext,
  type Finding,
} from "./finding.ts";

/** The cause of an interrupted change. */
const KILLED = "the command or the container was killed";

const currentProfile: Check = {
  id: "current-profile",
  title: "Current profile",
  applies: ({ host, root }) => isProfileChosen(host, root),
  run: async ({ host, root }) => {
    const message = "commands without `-p` fail: there is no current profile";
    const remedy = "choose an existing one with `hermes profile use NAME`";
    try {
      const name = readCurrentProfile(host, root);
      if (profileExists(host, root, name)) return [ok(`'${name}' exists`)];
      return [problem({ message, cause: `profile '${name}' does not exist`, remedy })];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return [problem({ message, cause: error.message, remedy })];
    }
  },
};

function listRenames({ host, root }: DoctorContext): readonly RenameNote[] {
  return listProfiles(host, root).flatMap((name) => readRenameNote(host, root, name) ?? []);
}

const renames: Check = {
  id: "renames",
  title: "Renames",
  applies: (context) => listRenames(context).length > 0,
  run: async (context) =>
    listRenames(context).map(({ from, to }) =>
      warning({
        message: `profile '${to}' is not renamed completely: parts of it may still be named '${from}'`,
        cause: KILLED,
        remedy: `complete it with \`hermes profile rename ${from} ${to}\`; the next boot does so, too`,
      }),
    ),
};

/** Finds the remains of deletions and creations whose command was killed. */
function listInterrupted({ host, root, gateways }: DoctorContext): readonly Finding[] {
  const deletions = listDeletions(host, root).map((name) =>
    warning({
      message: `profile '${name}' is not deleted completely, so that its name cannot be used again`,
      cause: KILLED,
      remedy: `complete it with \`hermes profile delete ${name}\`; the next boot does so, too`,
      repair: {
        action: `completed the deletion of profile '${name}'`,
        run: () =>
          withProfileLock(host, `delete profile '${name}'`, () =>
            completeDeletion({ host, root, gateways }, name),
          ),
      },
    }),
  );
  const incomplete = listHalfMade(host, root).map(({ name, path }) =>
    warning({
      message: `${path} is an incomplete profile, so that '${name}' cannot be created`,
      cause: KILLED,
      remedy: `remove ${path}; the next boot does so, too`,
      repair: {
        action: `removed ${path}`,
        run: () =>
          withProfileLock(host, `create profile '${name}'`, async () =>
            host.files.removeTree(path),
          ),
      },
    }),
  );
  return [...deletions, ...incomplete];
}

const interrupted: Check = {
  id: "interrupted",
  title: "Interrupted changes",
  applies: (context) => listInterrupted(context).length > 0,
  run: async (context) => listInterrupted(context),
};

const eventHook: Check = {
  id: "event-hook",
  title: "Event hook",
  applies: ({ host, root }) => isHookThere(host, root),
  run: async ({ host, root }) => {
    const judgement = judgeHook(host, root);
    if (judgement.kind === "run") {
      const failure = readHookFailure(host, root);
      if (failure === null) return [ok(`${judgement.path} receives events`)];
      return [
        warning({
          message: `the event hook failed at ${failure.at}`,
          cause: failure.reason ?? UNKNOWN_CAUSE,
          remedy: `correct ${judgement.path}; \`hermes gateway events --all\` shows each failure`,
        }),
      ];
    }
    return [
      problem({
        message: "the event hook is not run",
        cause: judgement.reason ?? "it was removed",
        remedy: `give ${eventHookPath(root)} and its directory to hermes, with mode 755 (docs/events.md)`,
      }),
    ];
  },
};

/** The checks of the current profile, interrupted changes and the event hook. */
export const PROFILE_CHECKS: readonly Check[] = [currentProfile, renames, interrupted, eventHook];

import { AppError } from "../core/errors.ts";
import { isProfileChosen, readCurrentProfile } from "../profiles/current.ts";
import { listDeletions, listHalfMade } from "../profiles/deletion-steps.ts";
import { eventHookPath, isHookThere, judgeHook } from "../gateway/record/event-hook-file.ts";
import { readHookFailure } from "../gateway/record/hook-failure.ts";
import { readRenameNote, type RenameNote } from "../profiles/rename-steps.ts";
import { listProfiles, profileExists } from "../profiles/store.ts";
import { completeDeletion } from "../profiles/delete.ts";
import { withProfileLock } from "../profiles/profile-lock.ts";
import { ok, problem, warning, type Check, type DoctorContext, type Finding } from "./finding.ts";

const currentProfile: Check = {
  id: "current-profile",
  title: "Current profile",
  applies: ({ host, root }) => isProfileChosen(host, root),
  look: async ({ host, root }) => {
    const trouble = {
      cause: "commands that name no profile are for it, and fail",
      remedy: "choose one that exists with `hermes profile use NAME`",
    };
    try {
      const name = readCurrentProfile(host, root);
      if (profileExists(host, root, name)) return [ok(`'${name}' is in use`)];
      return [problem({ message: `the profile in use, '${name}', does not exist`, ...trouble })];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return [problem({ message: error.message, ...trouble })];
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
  look: async (context) =>
    listRenames(context).map(({ from, to }) =>
      warning({
        message: `the rename of profile '${from}' to '${to}' was interrupted`,
        cause: "its gateway, its logs or its link may still have the other name, or none",
        remedy: `\`hermes profile rename ${from} ${to}\` goes on with it; so does the next boot`,
      }),
    ),
};

/** What killed commands leave in the directory of the profiles. */
function listInterrupted({ host, root, gateways }: DoctorContext): readonly Finding[] {
  const cause = "it takes room, and what is left of it is in the way of a new profile of that name";
  const deletions = listDeletions(host, root).map((name) =>
    warning({
      message: `the deletion of profile '${name}' was interrupted`,
      cause,
      remedy: `\`hermes profile delete ${name}\` completes it; so does the next boot`,
      repair: {
        action: `completed the deletion of profile '${name}'`,
        mend: () =>
          withProfileLock(host, `delete profile '${name}'`, () =>
            completeDeletion({ host, root, gateways }, name),
          ),
      },
    }),
  );
  const halfMade = listHalfMade(host, root).map(({ name, path }) =>
    warning({
      message: `the creation of profile '${name}' was interrupted: ${path} is half of it`,
      cause,
      remedy: `remove ${path}; the next boot does it, too`,
      repair: {
        action: `removed ${path}`,
        mend: () =>
          withProfileLock(host, `create profile '${name}'`, async () =>
            host.files.removeTree(path),
          ),
      },
    }),
  );
  return [...deletions, ...halfMade];
}

const interrupted: Check = {
  id: "interrupted",
  title: "Interrupted changes",
  applies: (context) => listInterrupted(context).length > 0,
  look: async (context) => listInterrupted(context),
};

const eventHook: Check = {
  id: "event-hook",
  title: "Event hook",
  applies: ({ host, root }) => isHookThere(host, root),
  look: async ({ host, root }) => {
    const judgement = judgeHook(host, root);
    if (judgement.kind === "run") {
      const failure = readHookFailure(host, root);
      if (failure === null) return [ok(`${judgement.path} is told of events`)];
      return [
        warning({
          message: `the hook failed last (${failure.at}): ${failure.reason ?? "nobody knows why"}`,
          cause: "who should be told when a gateway crashes or is parked is not",
          remedy: `mend ${judgement.path}; \`hermes gateway events --all\` shows each failure`,
        }),
      ];
    }
    return [
      problem({
        message: `the hook is not run: ${judgement.reason ?? "it is gone"}`,
        cause: "nobody is told when a gateway crashes or is parked",
        remedy: `give ${eventHookPath(root)} and its directory to hermes, with mode 755 (docs/events.md)`,
      }),
    ];
  },
};

/** What is chosen, half-way and told, on the volume. */
export const PROFILE_CHECKS: readonly Check[] = [currentProfile, renames, interrupted, eventHook];

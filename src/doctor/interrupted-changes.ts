import { completeDeletion } from "../profiles/delete.ts";
import { listDeletions, listHalfMade } from "../profiles/deletion-steps.ts";
import { withProfileLock } from "../profiles/profile-lock.ts";
import { readRenameNote, type RenameNote } from "../profiles/rename-steps.ts";
import { listProfiles } from "../profiles/store.ts";
import { warning, type Check, type DoctorContext, type Finding } from "./finding.ts";

/** The cause of an interrupted change. */
const KILLED = "the command or the container was killed";

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

/** The checks of renames, deletions and creations whose command was killed. */
export const INTERRUPTED_CHANGES: readonly Check[] = [renames, interrupted];

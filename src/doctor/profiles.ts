import { join } from "node:path";
import { AppError } from "../core/errors.ts";
import type { Host } from "../host/host.ts";
import { isProfileChosen, readCurrentProfile } from "../profiles/current.ts";
import { inspectProfile, listProfileNames, listUndecodableNames } from "../profiles/inspect.ts";
import { DEFAULT_PROFILE, parseProfileName, quoteName } from "../profiles/name.ts";
import { profilesDirectory } from "../profiles/paths.ts";
import { profileExists } from "../profiles/store.ts";
import { always, count, ok, orOk, problem, warning, type Check, type Finding } from "./finding.ts";

/** Reports a name in `profiles/` that is not a profile. */
function reject(name: string, reason: string, remedy: string): Finding {
  const message = `profiles/${quoteName(name).slice(1, -1)} is not a profile and gets no gateway`;
  return warning({ message, cause: reason, remedy });
}

/** Judges one name; null for a profile, and for the files that the agent keeps in `profiles/default`. */
function judgeName(host: Host, root: string, text: string): Finding | null {
  const path = join(profilesDirectory(root), text);
  const parsed = parseProfileName(text);
  if (!parsed.ok) return reject(text, parsed.reason, "rename the directory");
  try {
    const finding = inspectProfile(host, root, text);
    if (parsed.name === DEFAULT_PROFILE) {
      if (finding.kind === "none") return null;
      return reject(text, "the default profile is the volume itself", "rename the directory");
    }
    if (finding.kind === "profile" || finding.kind === "unseen") return null;
    if (finding.kind === "broken") {
      const message = `gateway '${text}' is not registered at the next boot: the profile is damaged`;
      const remedy = `make ${path} a directory with a file SOUL.md that hermes can read`;
      return problem({ message, cause: finding.reason, remedy });
    }
  } catch (error) {
    if (parsed.name === DEFAULT_PROFILE) return null;
    return problem({
      message: `gateway '${text}' is not registered at the next boot: ${path} cannot be read`,
      cause: host.files.describeSystemError(error),
      remedy: `give it to hermes, with mode 755: \`chown hermes: ${path}; chmod 755 ${path}\` as root`,
    });
  }
  return reject(
    text,
    "it has no SOUL.md",
    `create one with \`touch ${join(path, "SOUL.md")}\`, or remove the directory`,
  );
}

/** Checks that each name in `profiles/` is a usable profile. */
export const PROFILE_NAMES: Check = {
  id: "profiles",
  title: "Profiles",
  applies: always,
  run: async ({ host, root }) => {
    const outcome = listProfileNames(host, root);
    if (outcome.kind === "unreadable") {
      return problem({
        message: `only gateway 'default' starts at the next boot: ${profilesDirectory(root)} cannot be read`,
        cause: outcome.reason,
        remedy: "make it a directory that hermes owns, with mode 755",
      });
    }
    const names = outcome.kind === "names" ? outcome.names : [];
    const findings = names.flatMap((text) => judgeName(host, root, text) ?? []);
    const undecodable = listUndecodableNames(host, root).map((name) =>
      reject(name, "its name is not UTF-8", "rename the directory: `ls -b` shows its bytes"),
    );
    const profiles = names.filter((name) => name !== DEFAULT_PROFILE).length + 1;
    return orOk(
      [...findings, ...undecodable],
      `${count(profiles, "profile")}, and nothing else among them`,
    );
  },
};

/** Checks that the profile that `hermes profile use` chose exists. */
export const CURRENT_PROFILE: Check = {
  id: "current-profile",
  title: "Current profile",
  applies: ({ host, root }) => isProfileChosen(host, root),
  run: async ({ host, root }) => {
    const message = "commands without `-p` fail: there is no current profile";
    const remedy = "choose an existing one with `hermes profile use NAME`";
    try {
      const name = readCurrentProfile(host, root);
      if (profileExists(host, root, name)) return ok(`'${name}' exists`);
      return problem({ message, cause: `profile '${name}' does not exist`, remedy });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return problem({ message, cause: error.message, remedy });
    }
  },
};

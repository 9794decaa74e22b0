import { join } from "node:path";
import type { Host } from "../host/host.ts";
import { inspectProfile, listProfileNames, listUndecodableNames } from "../profiles/inspect.ts";
import { DEFAULT_PROFILE, parseProfileName, quoteName } from "../profiles/name.ts";
import { profilesDirectory } from "../profiles/paths.ts";
import { always, count, orOk, problem, warning, type Check, type Finding } from "./finding.ts";

const UNREGISTERED = "no gateway is registered for it";

/** A name in the folder of profiles, with what is wrong with it. */
function refuse(name: string, reason: string, remedy: string): Finding {
  const message = `profiles/${quoteName(name).slice(1, -1)} is no profile: ${reason}`;
  return warning({ message, cause: UNREGISTERED, remedy });
}

/** What is wrong with one name; null for a profile, and for what the agent keeps as its own in `profiles/default`. */
function judgeName(host: Host, root: string, text: string): Finding | null {
  const path = join(profilesDirectory(root), text);
  const parsed = parseProfileName(text);
  if (!parsed.ok) return refuse(text, parsed.reason, "rename the directory");
  try {
    const finding = inspectProfile(host, root, text);
    if (parsed.name === DEFAULT_PROFILE) {
      if (finding.kind === "none") return null;
      return refuse(text, "the default profile is the volume itself", "rename the directory");
    }
    if (finding.kind === "profile" || finding.kind === "unseen") return null;
    if (finding.kind === "broken") {
      const message = `profile '${text}' cannot be used: ${finding.reason}`;
      const remedy = `make ${path} a directory with a file SOUL.md that hermes can read`;
      return problem({ message, cause: "its gateway is not registered at the next boot", remedy });
    }
  } catch (error) {
    if (parsed.name === DEFAULT_PROFILE) return null;
    return problem({
      message: `${path} cannot be read: ${host.files.describeSystemError(error)}`,
      cause:
        "nobody can tell whether it is a profile; its gateway is not registered at the next boot",
      remedy: `give it to hermes, with mode 755: \`chown hermes: ${path}; chmod 755 ${path}\` as root`,
    });
  }
  return refuse(text, "it has no SOUL.md", `\`touch ${join(path, "SOUL.md")}\`, or remove it`);
}

/** Whether each name in the folder of profiles is a profile. */
export const NAMES: Check = {
  id: "profiles",
  title: "Profiles",
  applies: always,
  look: async ({ host, root }) => {
    const outcome = listProfileNames(host, root);
    if (outcome.kind === "unreadable") {
      return [
        problem({
          message: `${profilesDirectory(root)} cannot be read: ${outcome.reason}`,
          cause:
            "nobody can tell which profiles there are; none but 'default' comes back at the next boot",
          remedy: "make it a directory of hermes' own, with mode 755",
        }),
      ];
    }
    const names = outcome.kind === "names" ? outcome.names : [];
    const findings = names.flatMap((text) => judgeName(host, root, text) ?? []);
    const undecodable = listUndecodableNames(host, root).map((name) =>
      refuse(name, "its name is not UTF-8", "rename the directory: `ls -b` shows its bytes"),
    );
    const profiles = names.filter((name) => name !== DEFAULT_PROFILE).length + 1;
    return orOk(
      [...findings, ...undecodable],
      `${count(profiles, "profile")}, and nothing else among them`,
    );
  },
};

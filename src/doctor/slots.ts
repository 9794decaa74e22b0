import { DEFAULT_PROFILE } from "../profiles/name.ts";
import { profileDirectory } from "../profiles/paths.ts";
import { isProfileGone, listProfiles } from "../profiles/store.ts";
import {
  aliasPath,
  findProgramOnPath,
  isAliasDirectoryOnPath,
  supportsAliases,
} from "../profiles/alias.ts";
import { loggerDirectory, startLogger } from "../services/loggers.ts";
import { isGatewaySupervised, readCapacity } from "../services/tree.ts";
import { count, listNames, orOk, problem, underS6, warning, ok, type Check } from "./finding.ts";

/** Places left with which it is time to know. */
const FEW_PLACES = 10;

const limit: Check = {
  id: "s6-limit",
  title: "s6's limit",
  applies: underS6,
  look: async ({ host }) => {
    const { services, limit: most, places } = readCapacity(host);
    const message = `${services} of ${most} services are in use: room for ${count(places, "more gateway")}`;
    if (places >= FEW_PLACES) return [ok(message)];
    const trouble = {
      message,
      cause: "s6-svscan takes no more; a further gateway is refused",
      remedy: "delete profiles that are not used, or start a second container",
    };
    return [places === 0 ? problem(trouble) : warning(trouble)];
  },
};

const slots: Check = {
  id: "slots",
  title: "Slots",
  applies: underS6,
  look: async ({ host, root, gateways, manager, snapshot }) => {
    const profiles = listProfiles(host, root);
    const present = new Set(manager.list());
    const missing = profiles.filter((name) => !present.has(name));
    const unseen = [...present].filter((name) => !isGatewaySupervised(host, name));
    const stale = snapshot.gateways.filter(
      ({ profile }) => present.has(profile) && isProfileGone(host, root, profile),
    );
    const findings = [
      ...missing.map((name) =>
        problem({
          message: `profile '${name}' has no slot`,
          cause: "s6 does not know its gateway, and cannot start it",
          remedy: `\`hermes -p ${name} gateway start\` registers and starts it`,
          repair: {
            action: `registered gateway '${name}', down`,
            mend: async () => gateways.register(name),
          },
        }),
      ),
      ...unseen.map((name) =>
        problem({
          message: `nothing supervises the slot of gateway '${name}'`,
          cause: "s6 cannot start it, and does not notice its end",
          remedy: "`hermes doctor --fix` has s6-svscan look at its directory again",
          repair: {
            action: `had s6 supervise gateway '${name}'`,
            mend: async () => gateways.register(name),
          },
        }),
      ),
      ...stale.map(({ profile, pid }) => {
        const trouble = {
          message: `gateway '${profile}' has a slot, but its profile is gone`,
          cause: "it takes a place, and cannot run without its profile",
          remedy: `put the profile back, or \`hermes-boot unregister ${profile}\` as root`,
        };
        // What runs, or has a directory still, is somebody's to decide on.
        const harmless = pid === null && !host.files.exists(profileDirectory(root, profile));
        const mend = async () => gateways.unregister(profile);
        const repair = { action: `removed the slot of gateway '${profile}'`, mend };
        return harmless ? problem({ ...trouble, repair }) : problem(trouble);
      }),
    ];
    return orOk(
      findings,
      `each of ${count(profiles.length, "profile")} has a slot, and each slot a profile`,
    );
  },
};

const loggers: Check = {
  id: "loggers",
  title: "Loggers",
  applies: underS6,
  look: async ({ host, gateways, snapshot }) => {
    const up = snapshot.gateways.filter(
      ({ state, pid }) => pid !== null && state !== "foreground" && state !== "unsupervised",
    );
    const findings = up
      .filter(({ logger }) => logger === "down")
      .map(({ profile }) => {
        return problem({
          message: `the logger of gateway '${profile}' is down`,
          cause: "what the gateway prints is kept nowhere, and it hangs once the pipe is full",
          remedy: `\`s6-svc -u ${loggerDirectory(host, profile)}\``,
          repair: {
            action: `started the logger of gateway '${profile}'`,
            mend: async () => {
              // Where its supervisor is missing, too.
              await gateways.register(profile);
              await startLogger(host, profile);
            },
          },
        });
      });
    return orOk(findings, `each gateway that has a process has one (${up.length})`);
  },
};

const whyAliased = (name: string) =>
  `\`${name} gateway start\` is not understood; \`hermes -p ${name} gateway start\` is`;

const aliases: Check = {
  id: "aliases",
  title: "Aliases",
  applies: (context) => underS6(context) && supportsAliases(context.host),
  look: async ({ host, root, gateways }) => {
    const named = listProfiles(host, root).filter((name) => name !== DEFAULT_PROFILE);
    const findings = named.flatMap((name) => {
      const program = findProgramOnPath(host, name);
      if (program !== null) {
        return [
          warning({
            message: `profile '${name}' has no alias: ${program} is a program`,
            cause: `\`${name}\` runs that program; \`hermes -p ${name}\` is for the profile`,
            remedy: `\`hermes profile rename ${name} NAME\` gives it a name of its own, if an alias is wanted`,
          }),
        ];
      }
      if (aliasPath(host, name) !== null) return [];
      return [
        warning({
          message: `profile '${name}' has no alias`,
          cause: whyAliased(name),
          remedy: "`hermes doctor --fix` makes it",
          repair: {
            action: `made the alias '${name}'`,
            mend: async () => gateways.register(name),
          },
        }),
      ];
    });
    if (named.length > 0 && !isAliasDirectoryOnPath(host)) {
      findings.push(
        warning({
          message: `PATH does not have the directory of the aliases of ${listNames(named)}`,
          cause: whyAliased(named[0] ?? ""),
          remedy: "add /run/hermes-alias to the end of PATH, or leave the image's PATH as it is",
        }),
      );
    }
    return orOk(findings, `each profile with a name of its own is a command (${named.length})`);
  },
};

/** About what s6 has of the profiles. */
export const SLOT_CHECKS: readonly Check[] = [limit, slots, loggers, aliases];

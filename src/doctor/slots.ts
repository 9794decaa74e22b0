import { DEFAULT_PROFILE } from "../profiles/name.ts";
import { profileDirectory } from "../profiles/paths.ts";
import { isProfileGone, listProfiles } from "../profiles/store.ts";
import {
  aliasPath,
  findProgramOnPath,
  isAliasDirectoryOnPath,
  supportsAliases,
} from "../profiles/alias.ts";
import { loggerStartCommand, startLogger } from "../services/image/loggers.ts";
import { isGatewaySupervised, readCapacity } from "../services/image/tree.ts";
import { count, listNames, orOk, problem, underS6, warning, ok, type Check } from "./finding.ts";

/** Number of free places below which the check warns. */
const FEW_PLACES = 10;

const limit: Check = {
  id: "s6-limit",
  title: "s6's limit",
  applies: underS6,
  run: async ({ host }) => {
    const { services, limit: most, places } = readCapacity(host);
    const message = `${services} of ${most} services are in use: room for ${count(places, "more gateway")}`;
    if (places >= FEW_PLACES) return ok(message);
    const fault = {
      message,
      cause: "s6-svscan takes at most 1000 services, two for each gateway",
      remedy: "delete profiles that are not used, or start a second container",
    };
    return [places === 0 ? problem(fault) : warning(fault)];
  },
};

const slots: Check = {
  id: "slots",
  title: "Slots",
  applies: underS6,
  run: async ({ host, root, gateways, manager, snapshot }) => {
    const profiles = listProfiles(host, root);
    const present = new Set(manager.list());
    const missing = profiles.filter((name) => !present.has(name));
    const unsupervised = [...present].filter((name) => !isGatewaySupervised(host, name));
    const stale = snapshot.gateways.filter(
      ({ profile }) => present.has(profile) && isProfileGone(host, root, profile),
    );
    const findings = [
      ...missing.map((name) =>
        problem({
          message: `profile '${name}' has no slot`,
          cause: "it was created without `hermes profile create`, or its registration failed",
          remedy: `\`hermes -p ${name} gateway start\` registers and starts it`,
          repair: {
            action: `registered gateway '${name}', down`,
            run: async () => gateways.register(name),
          },
        }),
      ),
      ...unsupervised.map((name) =>
        problem({
          message: `nothing supervises the slot of gateway '${name}'`,
          cause: "s6-svscan has not read its directory",
          remedy: "`hermes doctor --fix` makes s6-svscan read it again",
          repair: {
            action: `made s6 supervise gateway '${name}'`,
            run: async () => gateways.register(name),
          },
        }),
      ),
      ...stale.map(({ profile, pid }) => {
        const fault = {
          message: `gateway '${profile}' has a slot, but its profile is gone`,
          cause: "its directory was removed without `hermes profile delete`",
          remedy: `restore the profile, or run \`hermes-boot unregister ${profile}\` as root`,
        };
        // An operator decides about a gateway that runs or still has a directory.
        const harmless = pid === null && !host.files.exists(profileDirectory(root, profile));
        const run = async () => gateways.unregister(profile);
        const repair = { action: `removed the slot of gateway '${profile}'`, run };
        return harmless ? problem({ ...fault, repair }) : problem(fault);
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
  run: async ({ host, gateways, snapshot }) => {
    const up = snapshot.gateways.filter(
      ({ state, pid }) => pid !== null && state !== "foreground" && state !== "unsupervised",
    );
    const findings = up
      .filter(({ logger }) => logger === "down")
      .map(({ profile }) =>
        problem({
          message: `the output of gateway '${profile}' is lost, and the gateway will block when its pipe is full`,
          cause: "its logger is down",
          remedy: `run \`${loggerStartCommand(host, profile)}\``,
          repair: {
            action: `started the logger of gateway '${profile}'`,
            run: async () => {
              // Its supervisor may be missing, too.
              await gateways.register(profile);
              await startLogger(host, profile);
            },
          },
        }),
      );
    return orOk(findings, `each running gateway has a logger (${up.length})`);
  },
};

const aliases: Check = {
  id: "aliases",
  title: "Aliases",
  applies: (context) => underS6(context) && supportsAliases(context.host),
  run: async ({ host, root, gateways }) => {
    const named = listProfiles(host, root).filter((name) => name !== DEFAULT_PROFILE);
    const findings = named.flatMap((name) => {
      const message = `profile '${name}' has no alias`;
      const program = findProgramOnPath(host, name);
      if (program !== null) {
        return warning({
          message,
          cause: `${program} is a program of that name`,
          remedy: `use \`hermes -p ${name}\`, or rename it with \`hermes profile rename ${name} NAME\``,
        });
      }
      if (aliasPath(host, name) !== null) return [];
      return warning({
        message,
        cause: "its link in /run/hermes-alias is missing",
        remedy: "`hermes doctor --fix` creates it",
        repair: {
          action: `created the alias '${name}'`,
          run: async () => gateways.register(name),
        },
      });
    });
    if (named.length > 0 && !isAliasDirectoryOnPath(host)) {
      findings.push(
        warning({
          message: `the aliases of ${listNames(named)} are not found`,
          cause: "PATH does not contain /run/hermes-alias",
          remedy: "add /run/hermes-alias to the end of PATH, or leave the image's PATH as it is",
        }),
      );
    }
    return orOk(findings, `each named profile is a command (${named.length})`);
  },
};

/** The checks of slots, loggers and aliases. */
export const SLOT_CHECKS: readonly Check[] = [limit, slots, loggers, aliases];

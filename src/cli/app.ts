import { basename } from "node:path";
import { readImageHome } from "../boot/container-environment.ts";
import { definedVariables } from "../core/runtime-environment.ts";
import { isSupervisedChild } from "../core/supervision.ts";
import type { Host } from "../host/host.ts";
import type { HermesHome } from "../profiles/home.ts";
import { readCurrentProfile } from "../profiles/current.ts";
import { resolveHermesHome } from "../profiles/home.ts";
import { DEFAULT_PROFILE, parseTypedProfileName, type ProfileName } from "../profiles/name.ts";
import { requireProfileName } from "../profiles/store.ts";
import type { Gateways } from "../gateway/gateways.ts";
import type { ServiceManager } from "../services/manager.ts";

/** The context of a command: the host, the installation, and the profile that it acts for. */
export interface App {
  readonly host: Host;
  readonly home: HermesHome;
  /** The profile that the command acts for. */
  readonly profile: ProfileName;
  /** The profile that commands without `-p` act for. */
  readonly currentProfile: ProfileName;
  /** True if the command line names that profile: by `-p`, or by a link that is named after it. */
  readonly isNamed: boolean;
  /** Detected when asked for: most commands do not need it. */
  readonly manager: () => Promise<ServiceManager>;
  readonly gateways: () => Promise<Gateways>;
  /** For what changes something: waits for the container's boot first, and throws exit code 75 after 30 s. */
  readonly gatewaysAfterBoot: () => Promise<Gateways>;
}

/** The profile of a link named after one; null for the executable's own names. */
function profileOfCaller(host: Host): ProfileName | null {
  const called = basename(host.self.argv[0] ?? "");
  if (called === basename(host.self.executable)) return null;
  const parsed = parseTypedProfileName(called);
  return parsed.ok ? parsed.name : null;
}

/**
 * Chooses the profile if `-p` names none: the name that the executable is called by, else `default` for a supervised
 * gateway (its slot has no `-p`), else the one that HERMES_HOME names, else the one that `hermes profile use` chose.
 * Throws if that file is broken.
 */
export function selectProfile(host: Host, home: HermesHome): ProfileName {
  const called = profileOfCaller(host);
  if (called !== null) return called;
  if (isSupervisedChild(host.environment)) return DEFAULT_PROFILE;
  return home.currentProfile ?? readCurrentProfile(host, home.root);
}

/** Throws at once if `-p` is no valid name. Other faults are reported to the commands that ask for the profile. */
export function createApp(host: Host, profileFlag: string | null): App {
  const { environment } = host;
  const given = environment["HERMES_HOME"] ?? "";
  const image = given === "" ? readImageHome(host) : null;
  const home = resolveHermesHome(
    image === null ? environment : { HERMES_HOME: image },
    environment["HOME"] ?? "/",
  );
  let profile = profileFlag === null ? null : requireProfileName(profileFlag);
  return {
    host,
    home,
    get profile() {
      profile ??= selectProfile(host, home);
      return profile;
    },
    get currentProfile() {
      return profileFlag === null ? this.profile : selectProfile(host, home);
    },
    isNamed: profileFlag !== null || profileOfCaller(host) !== null,
    manager: async () => {
      const { detectServiceManager } = await import("../services/detect.ts");
      return detectServiceManager(host);
    },
    async gateways() {
      const { createGateways } = await import("../gateway/gateways.ts");
      return createGateways(host, home.root, await this.manager());
    },
    async gatewaysAfterBoot() {
      const { waitForBoot } = await import("../services/boot-phase.ts");
      await waitForBoot(host);
      return this.gateways();
    },
  };
}

/** Returns the environment of a program that this process becomes: all of its own, and the path of the volume. */
export function environmentOf({ host, home }: App): Record<string, string> {
  const environment = definedVariables(host.environment);
  if ((environment["HERMES_HOME"] ?? "") === "") environment["HERMES_HOME"] = home.root;
  return environment;
}

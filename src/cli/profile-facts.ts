import { readAgentConfig, type AgentConfig } from "../agent/config.ts";
import { AppError } from "../core/errors.ts";
import { DEFAULT_PROFILE, type ProfileName } from "../profiles/name.ts";
import { profileDirectory } from "../profiles/paths.ts";
import { aliasPath } from "../profiles/alias.ts";
import type { GatewaySnapshot } from "../status/snapshot.ts";
import type { App } from "./app.ts";
import { createMessages } from "./messages.ts";

/** The facts about a profile, besides its contents. */
export interface ProfileFacts {
  readonly name: ProfileName;
  /** True if commands without `-p` act for it. */
  readonly current: boolean;
  readonly directory: string;
  readonly gateway: Pick<
    GatewaySnapshot,
    "desired" | "stateFileError" | "state" | "detail" | "drift" | "pid"
  >;
  /** The command that is short for `hermes -p <name>`; null if there is none. */
  readonly alias: string | null;
  /** The address of its gateway; null if it has only its Unix socket, or if the address is not known. */
  readonly port: number | null;
  /** The reason why its `config.yaml` cannot be used; null if it can. */
  readonly configError: string | null;
}

type ConfigOutcome =
  | { readonly kind: "config"; readonly config: AgentConfig }
  | { readonly kind: "unusable"; readonly reason: string };

/** Reads a profile's settings, whatever is wrong with them. */
export async function readConfigQuietly(app: App, name: ProfileName): Promise<ConfigOutcome> {
  try {
    const config = await readAgentConfig(app.host, profileDirectory(app.home.root, name));
    return { kind: "config", config };
  } catch (error) {
    if (error instanceof AppError) return { kind: "unusable", reason: error.message };
    throw error;
  }
}

/** Returns the profile that commands without `-p` act for; null, with a warning, if it cannot be found out. */
export function currentOf(app: App): ProfileName | null {
  try {
    return app.currentProfile;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    createMessages(app.host).warn(error.message);
    return null;
  }
}

/** Gathers the facts of a profile from its gateway, which has been looked at, and its settings. */
export function toProfileFacts(
  { host, home }: App,
  gateway: GatewaySnapshot,
  current: ProfileName | null,
  config: ConfigOutcome,
): ProfileFacts {
  const { profile: name, desired, stateFileError, state, detail, drift, pid } = gateway;
  const isAliased = name !== DEFAULT_PROFILE && aliasPath(host, name) !== null;
  return {
    name,
    current: name === current,
    directory: profileDirectory(home.root, name),
    gateway: { desired, stateFileError, state, detail, drift, pid },
    alias: isAliased ? name : null,
    port: config.kind === "config" ? config.config.gateway.port : null,
    configError: config.kind === "unusable" ? config.reason : null,
  };
}

import type { Host } from "../host/host.ts";
import { readAgentConfig, type AgentConfig } from "./config.ts";
import { hasExternalAgent } from "./external.ts";
import { holdsSecret } from "./secret-keys.ts";
import { readSoul } from "./soul.ts";

/** The questions of doctor about the agent of a profile, given by its directory. */
export interface AgentDiagnosis {
  /** Returns true if an external agent is installed, which may know settings that the built-in one does not. */
  readonly isExternal: () => boolean;
  /** Throws if the configuration cannot be used. */
  readonly readConfig: (profile: string) => Promise<AgentConfig>;
  /** Throws if the system prompt cannot be used. */
  readonly checkSoul: (profile: string) => void;
  /** Returns true if the text of a configuration holds a key or a token. */
  readonly holdsSecret: (config: string) => boolean;
}

/** Returns the answers of the agents of this machine. */
export function createAgentDiagnosis(host: Host): AgentDiagnosis {
  return {
    isExternal: () => hasExternalAgent(host),
    readConfig: (profile) => readAgentConfig(host, profile),
    checkSoul: (profile) => void readSoul(host, profile),
    holdsSecret,
  };
}

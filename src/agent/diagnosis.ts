import type { Host } from "../host/host.ts";
import { readAgentConfig } from "./config.ts";
import { hasExternalAgent } from "./external.ts";
import { holdsSecret } from "./secret-keys.ts";
import { readSoul } from "./soul.ts";

/** The answers to doctor's questions about the agent of a profile, given by its directory. */
export type AgentDiagnosis = ReturnType<typeof createAgentDiagnosis>;

/** Returns the answers of the agents of this machine. */
export function createAgentDiagnosis(host: Host) {
  return {
    /** Returns true if an external agent is installed, which may know settings that the built-in one does not. */
    isExternal: () => hasExternalAgent(host),
    /** Throws if the configuration cannot be used. */
    readConfig: (profile: string) => readAgentConfig(host, profile),
    /** Throws if the system prompt cannot be used. */
    checkSoul: (profile: string) => void readSoul(host, profile),
    /** Returns true if the text of a configuration holds a key or a token. */
    holdsSecret,
  };
}

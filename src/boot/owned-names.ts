import { basename, relative } from "node:path";
import { parseProfileName } from "../profiles/name.ts";
import { PROFILE_DIRECTORIES } from "../profiles/paths.ts";

/** Names that this executable reads and writes in a profile's directory. */
const OWN_NAMES = [
  ...PROFILE_DIRECTORIES,
  "SOUL.md",
  "config.yaml",
  ".env",
  "active_profile",
  "chat_history.jsonl",
  "gateway_state.json",
  "gateway_exits.json",
  "gateway.pid",
  "processes.json",
] as const;

/**
 * Further names of the Hermes agent (NousResearch/hermes-agent, 2026). In an image without supervision a `docker exec`
 * left them root's, and then the agent loses its logins and its memory.
 */
const AGENT_NAMES = [
  "home",
  "lazy-packages",
  "pairing",
  "plans",
  "platforms",
  "skins",
  "auth.json",
  "auth.lock",
  "gateway.lock",
  "hermes_state.db",
  ...["state.db", "response_store.db"].flatMap((name) => [name, `${name}-shm`, `${name}-wal`]),
];

/** Names in a profile's directory that hermes must be able to write. */
export const OWNED_NAMES: readonly string[] = [...OWN_NAMES, ...AGENT_NAMES];

const KNOWN = new Set(OWNED_NAMES);

/** Returns true for a path on the volume that hermes needs: in a profile's directory, or leading there. */
export function isKnownPlace(root: string, path: string): boolean {
  const [first = "", second, third, ...more] = relative(root, path).split("/");
  if (first !== "profiles") {
    const isLogs = first === "logs" && second === "gateways";
    return KNOWN.has(first) && (second === undefined || (isLogs && third === undefined));
  }
  if (second === undefined) return true;
  if (!parseProfileName(second).ok || more.length > 0) return false;
  return third === undefined || KNOWN.has(third);
}

/** Names that an operator writes: a mount of a ConfigMap or a Secret, or a link to one, need only be readable. */
const SETTINGS = new Set(["SOUL.md", "config.yaml", ".env"]);

/** Returns true if hermes only reads the file at a known place. */
export function isSetting(path: string): boolean {
  return SETTINGS.has(basename(path));
}

import { basename, dirname, join } from "node:path";
import { DEFAULT_PROFILE, type ProfileName } from "./name.ts";

/** The folder of all profiles but the root one. */
export function profilesDirectory(root: string): string {
  return join(root, "profiles");
}

/** A profile's directory; the root profile's is the volume itself. */
export function profileDirectory(root: string, name: ProfileName): string {
  return name === DEFAULT_PROFILE ? root : join(root, "profiles", name);
}

/** The file that makes a directory a profile, and its system prompt. */
export function markerPath(profile: string): string {
  return join(profile, "SOUL.md");
}

/** The built-in agent's configuration: the model, and the gateway's address. */
export function configPath(profile: string): string {
  return join(profile, "config.yaml");
}

/** The command that asks for the model of the profile in this directory. */
export function setupCommand(profile: string): string {
  const isNamed = basename(dirname(profile)) === "profiles";
  return isNamed ? `hermes -p ${basename(profile)} setup` : "hermes setup";
}

/** Variables that `config.yaml` may name; nothing else reads them. */
export function environmentFilePath(profile: string): string {
  return join(profile, ".env");
}

export function stateFilePath(profile: string): string {
  return join(profile, "gateway_state.json");
}

export function pidFilePath(profile: string): string {
  return join(profile, "gateway.pid");
}

/** Files that mean nothing in a new container and are removed at every boot. */
export function staleFilePaths(profile: string): readonly string[] {
  return [pidFilePath(profile), join(profile, "processes.json")];
}

/** The folder of all gateways' logs. */
export function gatewayLogsDirectory(root: string): string {
  return join(root, "logs", "gateways");
}

/** The directory in which s6-log keeps a gateway's output. */
export function gatewayLogDirectory(root: string, name: ProfileName): string {
  return join(gatewayLogsDirectory(root), name);
}

export function bootLogPath(root: string): string {
  return join(root, "logs", "container-boot.log");
}

/** Directories that a profile has from the start. */
export const PROFILE_DIRECTORIES = [
  "cron",
  "logs",
  "memories",
  "sessions",
  "skills",
  "workspace",
] as const;

/** Directories that the root profile has besides: the other profiles and the gateways' logs. */
export const ROOT_DIRECTORIES = ["profiles", "logs/gateways"] as const;

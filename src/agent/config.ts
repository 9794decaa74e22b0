import { dirname } from "node:path";
import * as v from "valibot";
import { AppError } from "../core/errors.ts";
import { parsePort } from "../core/addresses.ts";
import { toPrintable } from "../core/printable.ts";
import type { Host } from "../host/host.ts";
import { configPath, environmentFilePath, setupCommand } from "../profiles/paths.ts";
import {
  CONFIG_BYTES,
  SETTING_NAMES,
  VALUES,
  isSettingName,
  type GatewaySettings,
  type ModelSettings,
  type SettingName,
} from "./config-values.ts";
import { parseDotEnv } from "./dot-env.ts";
import { expandVariables } from "./expand-variables.ts";
import type { Setting } from "./yaml-sections.ts";

/** The configuration of the built-in agent from a profile's `config.yaml`. */
export interface AgentConfig {
  /** Absolute path of the file, which need not exist. */
  readonly path: string;
  /** null if `missing` is not empty. */
  readonly model: ModelSettings | null;
  /** The missing keys without which there is no model. */
  readonly missing: readonly ("model.base_url" | "model.name")[];
  readonly gateway: GatewaySettings;
  /** Harmless mistakes, a line each, with their places. */
  readonly warnings: readonly string[];
}

/** A large model on a small machine takes minutes before its first word. */
const DEFAULT_TIMEOUT_S = 300;
const DEFAULT_HOST = "127.0.0.1";
const LONGEST_KEY = 60;

const CORRECT = "correct the file, then try again";

function refuse(path: string, reason: string, line?: number, hint = CORRECT): AppError {
  const where = line === undefined ? "" : `line ${line}: `;
  const message = `Cannot use ${path}: ${where}${reason}`;
  return new AppError("configuration", message, { hint });
}

function readText(host: Host, path: string): string {
  const outcome = host.files.readTextFile(path, CONFIG_BYTES);
  if (outcome.kind === "unreadable") throw refuse(path, outcome.reason);
  if (outcome.kind === "missing") return "";
  // The remains of UTF-16, as some editors of Windows write it.
  if (outcome.text.includes("\0")) throw refuse(path, "it is not text in UTF-8");
  return outcome.text;
}

/** Reads the variables that a profile's `config.yaml` may name: those of its `.env`, then the process's own. */
function readVariables(host: Host, profile: string) {
  const path = environmentFilePath(profile);
  const { variables, badLines } = parseDotEnv(readText(host, path));
  return {
    path,
    lookup: (name: string) => variables.get(name) ?? host.environment[name],
    // A variable may be missing because of them.
    warnings: badLines.map((line) => `${path}, line ${line}: not NAME=value, left out`),
  };
}

/** Returns the mistake of an unknown key; one of ours without its section is only in the wrong place. */
function describeUnknown(path: string, { key, line }: { key: string; line: number }): string {
  const [section, name] = isSettingName(key) ? key.split(".") : [];
  const todo = section === undefined ? "" : `; write '${name}:' below '${section}:', indented`;
  return `${path}, line ${line}: unknown key '${toPrintable(key, LONGEST_KEY)}'${todo}`;
}

/** Returns the values of a file, expanded and checked; empty ones are left out. */
function checkSettings(
  path: string,
  settings: ReadonlyMap<string, Setting>,
  { path: variables, lookup, warnings }: ReturnType<typeof readVariables>,
): ReadonlyMap<SettingName, string> {
  const values = new Map<SettingName, string>();
  for (const name of SETTING_NAMES) {
    const setting = settings.get(name);
    if (setting === undefined) continue;
    const expanded = expandVariables(setting.text, lookup);
    if (!expanded.ok) {
      const reason = [`${name} ${expanded.reason}`, ...warnings.slice(0, 1)].join("; ");
      const { missing } = expanded;
      const set = `write ${missing}=… into ${variables}, or set it in the environment`;
      throw refuse(path, reason, setting.line, missing === null ? CORRECT : set);
    }
    const result = v.safeParse(VALUES[name], expanded.text);
    if (!result.success) throw refuse(path, `${name} ${result.issues[0].message}`, setting.line);
    if (result.output !== "") values.set(name, result.output);
  }
  return values;
}

function modelOf(values: ReadonlyMap<SettingName, string>): ModelSettings | null {
  const baseUrl = values.get("model.base_url");
  const name = values.get("model.name");
  if (baseUrl === undefined || name === undefined) return null;
  const timeoutMs = Number(values.get("model.timeout") ?? DEFAULT_TIMEOUT_S) * 1000;
  return { baseUrl, name, apiKey: values.get("model.api_key") ?? null, timeoutMs };
}

/**
 * Reads a profile's `config.yaml`. Without one every value has its default and there is no model. Throws with exit code
 * 78, naming the file, the line and the reason, if it cannot be used. No message contains a value of the file or of a
 * variable. Only the file sets the port on which a gateway listens.
 */
export async function readAgentConfig(host: Host, profile: string): Promise<AgentConfig> {
  const path = configPath(profile);
  const { parseSections } = await import("./yaml-sections.ts");
  const sections = parseSections(readText(host, path), SETTING_NAMES);
  if (!sections.ok) throw refuse(path, sections.reason, sections.line);
  const variables = readVariables(host, profile);
  const values = checkSettings(path, sections.settings, variables);
  return {
    path,
    model: modelOf(values),
    missing: (["model.base_url", "model.name"] as const).filter((name) => !values.has(name)),
    gateway: {
      host: values.get("gateway.host") ?? DEFAULT_HOST,
      port: parsePort(values.get("gateway.port") ?? ""),
      token: values.get("gateway.token") ?? null,
    },
    warnings: [
      ...sections.unknown.map((unknown) => describeUnknown(path, unknown)),
      ...variables.warnings,
    ],
  };
}

/** Returns the reason why there is no model, and the remedy. */
export function explainMissingModel({ path, missing }: AgentConfig) {
  const verb = missing.length === 1 ? "is" : "are";
  return {
    message: `No model is configured: ${missing.join(" and ")} ${verb} missing in ${path}`,
    hint: `run \`${setupCommand(dirname(path))}\`, or write them into that file`,
  };
}

/** Returns the configured model. Throws with exit code 78 and the remedy if there is none. */
export function requireModel(config: AgentConfig): ModelSettings {
  if (config.model !== null) return config.model;
  const { message, hint } = explainMissingModel(config);
  throw new AppError("configuration", message, { hint });
}

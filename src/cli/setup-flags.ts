import { trimBaseUrl } from "../agent/config-values.ts";
import { refuseModelValue, type ModelChange } from "../agent/write-config.ts";
import type { Host } from "../host/host.ts";
import { usageError } from "./usage-error.ts";

const KEY_LIMIT = 16_384;

/** The flags of `hermes setup` that have a value to write. */
export interface SetupFlags {
  readonly "base-url"?: string | undefined;
  readonly model?: string | undefined;
  readonly "api-key-stdin"?: boolean | undefined;
  readonly "api-key-env"?: string | undefined;
}

function checked(flag: string, key: keyof ModelChange, value: string): string {
  const text = value.trim();
  const reason = text === "" ? "must not be empty" : refuseModelValue(key, text);
  if (reason !== null) throw usageError(`${flag} ${reason}`);
  return text;
}

function keyOf(host: Host, flags: SetupFlags): string | null {
  const variable = flags["api-key-env"];
  if (variable !== undefined) {
    if (flags["api-key-stdin"] === true) {
      throw usageError("--api-key-stdin and --api-key-env exclude each other");
    }
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) {
      throw usageError(`--api-key-env takes a variable's name, not '${variable}'`);
    }
    return `\${${variable}}`;
  }
  if (flags["api-key-stdin"] !== true) return null;
  return checked("The key on stdin", "api_key", host.input.readAll(KEY_LIMIT));
}

/** Returns the values that the flags give; empty without flags. Throws a usage error for an invalid value. */
export function givenBy(host: Host, flags: SetupFlags): ModelChange {
  const key = keyOf(host, flags);
  const { "base-url": baseUrl, model } = flags;
  return {
    ...(baseUrl === undefined
      ? {}
      : { base_url: trimBaseUrl(checked("--base-url", "base_url", baseUrl)) }),
    ...(model === undefined ? {} : { name: checked("--model", "name", model) }),
    ...(key === null ? {} : { api_key: key }),
  };
}

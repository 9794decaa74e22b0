import * as v from "valibot";
import { parsePort } from "../core/addresses.ts";

/** Bytes of the longest `config.yaml`, `.env` or `SOUL.md`. */
export const CONFIG_BYTES = 262_144;

/** The OpenAI-compatible server and the model that answer. */
export interface ModelSettings {
  /** The address as OpenAI's clients take it, without a slash at its end: `http://127.0.0.1:11434/v1`. */
  readonly baseUrl: string;
  readonly name: string;
  readonly apiKey: string | null;
  /** Milliseconds of silence that the server may have. */
  readonly timeoutMs: number;
}

/** The TCP listener of a gateway, besides its Unix socket. */
export interface GatewaySettings {
  readonly host: string;
  /** null: only on the Unix socket. */
  readonly port: number | null;
  /** The bearer token that clients must send; null if none is needed. */
  readonly token: string | null;
}

/** Returns an address as `config.yaml` has it: without slashes at its end. */
export function trimBaseUrl(text: string): string {
  return text.replace(/\/+$/, "");
}

/** Returns the reason why an OpenAI client could not use an address; null if it could. */
function refuseBaseUrl(text: string): string | null {
  const url = URL.parse(text);
  if (url === null && /^https?:\/\//i.test(text)) {
    return "is not an address: its host or port is invalid";
  }
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    return "must be an address that begins with http:// or https://";
  }
  if (url.username !== "" || url.password !== "") {
    return "must not have a password in it: put it into model.api_key";
  }
  if (url.search !== "" || url.hash !== "") return "must not have a '?' or a '#' in it";
  if (/\/chat\/completions\/*$/.test(url.pathname)) {
    return "must end before /chat/completions, usually with /v1";
  }
  return null;
}

const line = v.pipe(
  v.string(),
  v.trim(),
  // It goes into a header, or into a line of a log.
  v.check((text) => !/\p{Cc}/u.test(text), "must be one line without control characters"),
);

const check = (accepts: (text: string) => boolean, message: string) =>
  v.check((text: string) => text === "" || accepts(text), message);

const header = v.pipe(line, v.regex(/^[\x20-\x7e]*$/, "must consist of plain ASCII characters"));

/** The keys of `config.yaml` that the built-in agent knows, with checks of their values, variables expanded. */
export const VALUES = {
  "model.base_url": v.pipe(
    line,
    v.rawCheck(({ dataset, addIssue }) => {
      const reason = dataset.typed && dataset.value !== "" ? refuseBaseUrl(dataset.value) : null;
      if (reason !== null) addIssue({ message: reason });
    }),
    v.transform(trimBaseUrl),
  ),
  "model.name": line,
  "model.api_key": header,
  "model.timeout": v.pipe(
    line,
    check(
      (text) => /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= 3600,
      "must be a number of seconds from 1 to 3600",
    ),
  ),
  "gateway.host": v.pipe(
    line,
    v.regex(/^[A-Za-z0-9.:-]*$/, "must be an address or a host's name, without a port"),
  ),
  "gateway.port": v.pipe(
    line,
    check((text) => parsePort(text) !== null, "must be a port, a number from 1 to 65535"),
  ),
  "gateway.token": v.pipe(
    header,
    check(
      (text) => text.length >= 16 && !text.includes(" "),
      "must have at least 16 characters and no spaces",
    ),
  ),
} as const;

export type SettingName = keyof typeof VALUES;

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(VALUES, name);
}

export const SETTING_NAMES = Object.keys(VALUES).filter(isSettingName);

declare const brand: unique symbol;

/** A validated profile name; `default` is the root profile. Made by `parseProfileName` only. */
export type ProfileName = string & { readonly [brand]: "ProfileName" };

export type ProfileNameResult =
  | { readonly ok: true; readonly name: ProfileName }
  | { readonly ok: false; readonly reason: string };

const PATTERN = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const RESERVED: ReadonlySet<string> = new Set(["hermes", "hermes-boot", "root", "sudo"]);

function isProfileName(text: string): text is ProfileName {
  return PATTERN.test(text) && !RESERVED.has(text);
}

function requireConstant(text: string): ProfileName {
  if (isProfileName(text)) return text;
  throw new Error(`${text} is no profile name`);
}

/** The root profile: the volume itself, without a marker file, always registered. */
export const DEFAULT_PROFILE = requireConstant("default");

/**
 * Validates a name exactly as it stands: 1–64 characters of `a-z 0-9 _ -`, the first a letter or a
 * digit, and none of the reserved names. Names read from disk or across a trust border come here.
 */
export function parseProfileName(text: string): ProfileNameResult {
  if (isProfileName(text)) return { ok: true, name: text };
  if (RESERVED.has(text)) return { ok: false, reason: `'${text}' is reserved` };
  return {
    ok: false,
    reason: "names are 1 to 64 of a-z, 0-9, _ and -, and begin with a letter or a digit",
  };
}

/** Trims and lower-cases what a person typed, then validates it. */
export function parseTypedProfileName(text: string): ProfileNameResult {
  return parseProfileName(text.trim().toLowerCase());
}

/** Compares two names for sorting: `default` comes first, then the others by name. */
export function compareProfiles(first: string, second: string): number {
  if (first === second) return 0;
  if (first === DEFAULT_PROFILE) return -1;
  if (second === DEFAULT_PROFILE) return 1;
  return first < second ? -1 : 1;
}

/** A name in a message or a log line: quoted, escaped and at most 80 characters long. */
export function quoteName(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 77)}...` : text;
  return `'${JSON.stringify(short).slice(1, -1)}'`;
}

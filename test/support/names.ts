import { parseProfileName, type ProfileName } from "../../src/profiles/name.ts";

/** A validated name; throws where the test itself is wrong. */
export function profileName(text: string): ProfileName {
  const parsed = parseProfileName(text);
  if (!parsed.ok) throw new Error(`'${text}' is no profile name: ${parsed.reason}`);
  return parsed.name;
}

/** A text with its variables expanded, or the reason why that is impossible. */
export type Expanded =
  | { readonly ok: true; readonly text: string }
  /** `missing`: the variable that is not set; null if the text itself is wrong. */
  | { readonly ok: false; readonly reason: string; readonly missing: string | null };

const REFERENCE = /\$(\$\{)|\$\{([^}]*)(\}?)/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Replaces each `${NAME}` by the variable's value; `$${` stands for `${` itself. A value is not expanded again. Refuses
 * a variable that is not set, naming it.
 */
export function expandVariables(
  text: string,
  lookup: (name: string) => string | undefined,
): Expanded {
  let reason: string | null = null;
  let missing: string | null = null;
  const expanded = text.replaceAll(
    REFERENCE,
    (_, literal: string | undefined, name: string, end: string) => {
      if (literal !== undefined) return literal;
      if (end === "" || !NAME.test(name)) {
        reason ??= "has a '${' that is not followed by a variable's name and '}'";
        return "";
      }
      const value = lookup(name);
      if (value !== undefined) return value;
      if (reason === null) missing = name;
      reason ??= `needs the variable ${name}, which is not set`;
      return "";
    },
  );
  return reason === null ? { ok: true, text: expanded } : { ok: false, reason, missing };
}

import { isAlias, isScalar, parseDocument, visit } from "yaml";

/** Names of keys whose values are secrets, in our configuration and in the agent's. */
const SECRET_KEY =
  /(?:^|[_.-])(?:api[_-]?key|apikey|token|secret|password|passwd|private[_-]?key)$/i;
/** A reference to a variable, or nothing. */
const NO_SECRET = /^(?:\$\{[^}]*\}|\$[A-Za-z_][A-Za-z0-9_]*|\s*)$/;

/** Returns true if a `config.yaml` has a secret in it, not only a variable's name; false if it is no YAML. */
export function holdsSecret(text: string): boolean {
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors.length > 0) return false;
  let found = false;
  visit(document, {
    Pair: (_, { key, value }) => {
      if (!isScalar(key) || !SECRET_KEY.test(String(key.value))) return undefined;
      const node = isAlias(value) ? value.resolve(document) : value;
      const secret = isScalar(node) ? node.value : null;
      if (typeof secret !== "string" && typeof secret !== "number") return undefined;
      if (NO_SECRET.test(String(secret))) return undefined;
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

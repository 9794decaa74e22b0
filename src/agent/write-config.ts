import { isAlias, isMap, parseDocument, type Document } from "yaml";
import * as v from "valibot";
import { AppError } from "../core/errors.ts";
import type { Host } from "../host/host.ts";
import { configPath } from "../profiles/paths.ts";
import { CONFIG_BYTES, VALUES } from "./config-values.ts";
import { isEmpty } from "./yaml-sections.ts";

/** Changes to `config.yaml`: a text is written, null removes the key, a missing key stays as it is. */
export interface ModelChange {
  readonly base_url?: string;
  readonly name?: string;
  readonly api_key?: string | null;
}

/** Returns the reason why a value of the model is refused, or null; the caller judges an empty one. */
export function refuseModelValue(key: keyof ModelChange, text: string): string | null {
  const result = v.safeParse(VALUES[`model.${key}`], text);
  return result.success ? null : result.issues[0].message;
}

/** Returns true if a text is only a reference to a variable: `${NAME}`. */
export function isReference(text: string): boolean {
  return /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/.test(text);
}

/** Escapes a text for `config.yaml`, in which `${` begins a variable; a reference stays one. */
function toLiteral(text: string): string {
  return isReference(text) ? text : text.split("${").join("$${");
}

function refuse(path: string, reason: string): AppError {
  const hint = "correct the file by hand, or move it away";
  return new AppError("configuration", `Cannot change ${path}: ${reason}`, { hint });
}

function readDocument(host: Host, path: string): Document {
  const outcome = host.files.readTextFile(path, CONFIG_BYTES);
  if (outcome.kind === "unreadable") throw refuse(path, outcome.reason);
  const text = outcome.kind === "missing" ? "" : outcome.text;
  const document = parseDocument(text, { prettyErrors: false });
  // The parser's message may quote a key.
  if (document.errors.length > 0) throw refuse(path, "it is not YAML");
  return document;
}

function change(document: Document, path: string, changes: ModelChange): void {
  if (!isMap(document.contents)) {
    if (!isEmpty(document.contents)) throw refuse(path, "it must consist of sections");
    document.contents = null;
  }
  const given = document.get("model", true);
  const section = isAlias(given) ? given.resolve(document)?.clone() : given;
  // The target of an alias may be used elsewhere, too.
  if (isMap(section) && section !== given) {
    delete section.anchor;
    document.set("model", section);
  }
  if (!isMap(section)) {
    if (!isEmpty(section)) throw refuse(path, "model must be a section of keys");
    document.set("model", document.createNode({}));
  }
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) document.deleteIn(["model", key]);
    else document.setIn(["model", key], toLiteral(String(value)));
  }
}

/** Returns true if the file contains a key, and not only the name of the variable that has it. */
function holdsSecret(document: Document): boolean {
  return [
    ["model", "api_key"],
    ["gateway", "token"],
  ].some((place) => {
    const value = document.getIn(place) ?? null;
    return value !== null && !(typeof value === "string" && isReference(value));
  });
}

/**
 * Changes the model in a profile's `config.yaml` and leaves everything else, comments too, as it is. Only its owner may
 * read a file that contains a key. Returns its path. Throws with 78 if the file cannot be changed, and with 1 if the
 * volume refuses.
 */
export function writeModelSettings(host: Host, profile: string, changes: ModelChange): string {
  const path = configPath(profile);
  const document = readDocument(host, path);
  change(document, path, changes);
  try {
    // A link stays one: its target is changed.
    const target = host.files.resolveLink(path);
    const mode = holdsSecret(document) ? 0o600 : (host.files.readStatus(target)?.mode ?? 0o644);
    host.files.writeFileAtomically(target, document.toString({ lineWidth: 0 }), mode, true);
    // Root's own `docker exec` must not lock the profile's user out.
    const owner = host.users.currentUid() === 0 ? host.files.readStatus(profile) : null;
    if (owner !== null) host.files.setOwner(target, owner.uid, owner.gid);
  } catch (error) {
    const reason = host.files.describeSystemError(error);
    throw new AppError("io", `Cannot write ${path}: ${reason}`, { cause: error });
  }
  return path;
}

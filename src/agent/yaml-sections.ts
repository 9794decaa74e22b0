import { isAlias, isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from "yaml";

/** One value, as it is written in the file. */
export interface Setting {
  readonly text: string;
  /** The line's number, from 1. */
  readonly line: number;
}

export type Sections =
  | {
      readonly ok: true;
      /** The values by `section.key`; keys without a value are left out. */
      readonly settings: ReadonlyMap<string, Setting>;
      readonly unknown: readonly { readonly key: string; readonly line: number }[];
    }
  | { readonly ok: false; readonly reason: string; readonly line: number };

/** Messages by the parser's error code. The parser's own may quote the file, which may contain keys. */
const REASONS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: "a key occurs twice",
  TAB_AS_INDENT: "tabs cannot be used as indentation",
  BAD_INDENT: "the indentation is wrong",
  BLOCK_AS_IMPLICIT_KEY: "a key in a place where only a value can be",
  MULTILINE_IMPLICIT_KEY: "a ':' is missing, or the indentation is wrong",
  MISSING_CHAR: "a closing quote, a bracket or a ':' is missing",
  BAD_SCALAR_START: "a value that begins with this character needs quotes",
  BAD_DQ_ESCAPE: "an unknown escape in double quotes",
  MULTIPLE_DOCS: "there is more than one document",
};

class Problem extends Error {
  readonly line: number;

  constructor(reason: string, line: number) {
    super(reason);
    this.line = line;
  }
}

/** A reader of one document, with the lines of its nodes. */
class Reader {
  readonly #document: Document.Parsed;
  readonly #lines = new LineCounter();

  constructor(text: string) {
    const options = { lineCounter: this.#lines, prettyErrors: false };
    this.#document = parseDocument(text, options);
    const [error] = this.#document.errors;
    if (error !== undefined) {
      const reason = REASONS[error.code] ?? `this is not YAML (${error.code})`;
      throw new Problem(reason, this.#lines.linePos(error.pos[0]).line);
    }
  }

  get top(): unknown {
    return this.#document.contents;
  }

  lineOf(node: unknown): number {
    const [start] = (isNode(node) ? node.range : null) ?? [0];
    return this.#lines.linePos(start).line;
  }

  resolve(node: unknown): unknown {
    if (!isAlias(node)) return node;
    const target = node.resolve(this.#document);
    if (target === undefined) throw new Problem("an alias of nothing", this.lineOf(node));
    return target;
  }

  /** Returns the pairs of a section: key, its node, its value. */
  pairs(
    node: unknown,
    what: string,
    at: unknown,
  ): readonly (readonly [string, unknown, unknown])[] {
    const map = this.resolve(node);
    if (isEmpty(map)) return [];
    if (!isMap(map)) throw new Problem(`${what} must be a section of keys`, this.lineOf(at));
    return map.items.map(({ key, value }) => [nameOf(key), key, value] as const);
  }

  /** Returns the text of a scalar, as written; null for nothing. */
  text(node: unknown, what: string, at: unknown): string | null {
    const scalar = this.resolve(node);
    if (isEmpty(scalar)) return null;
    if (!isScalar(scalar)) throw new Problem(`${what} must be one value`, this.lineOf(at));
    return typeof scalar.value === "string" ? scalar.value : (scalar.source ?? "");
  }
}

/** Returns true if a key has no value. */
export function isEmpty(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

function nameOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : "?";
}

function collect(text: string, known: readonly string[]): Sections {
  const knownSections = new Set(known.map((name) => name.replace(/\..*/, "")));
  const reader = new Reader(text);
  const settings = new Map<string, Setting>();
  const unknown: { key: string; line: number }[] = [];
  for (const [section, sectionNode, sectionValue] of reader.pairs(reader.top, "the file", null)) {
    if (!knownSections.has(section)) {
      unknown.push({ key: section, line: reader.lineOf(sectionNode) });
      continue;
    }
    for (const [key, node, value] of reader.pairs(sectionValue, section, sectionNode)) {
      const name = `${section}.${key}`;
      const line = reader.lineOf(node);
      if (!known.includes(name)) {
        unknown.push({ key: name, line });
        continue;
      }
      const said = reader.text(value, name, node);
      if (said !== null) settings.set(name, { text: said, line });
    }
  }
  return { ok: true, settings, unknown };
}

/**
 * Reads a YAML text of sections with keys: the values of the known ones, `section.key`, as they are written, so that
 * `name: 4.10` stays `4.10`, and the names of the others. No message contains a value of the file.
 */
export function parseSections(text: string, known: readonly string[]): Sections {
  try {
    return collect(text, known);
  } catch (error) {
    if (error instanceof Problem) return { ok: false, reason: error.message, line: error.line };
    throw error;
  }
}

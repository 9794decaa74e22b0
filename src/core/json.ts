import { tryOr } from "./attempt.ts";

/** Parses JSON without throwing; `undefined` is never a JSON value, so it means "not JSON". */
export function parseJson(text: string): unknown {
  return tryOr<unknown>(() => JSON.parse(text), undefined);
}

/** Returns true if a parsed JSON value is an object (not null, not an array). */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Characters that JSON need not escape and that some terminals obey. */
const OBEYED = /[\u007f-\u009f\u202a-\u202e\u2066-\u2069\u2028\u2029]/g;

function escapeForJson(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Renders JSON with its newline; every character that a terminal would obey is escaped. */
export function renderJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replace(OBEYED, escapeForJson)}\n`;
}

import { readFileSync } from "node:fs";
import { tryOr } from "../core/attempt.ts";
import { REPLACEMENT } from "../core/printable.ts";

/** Arguments and variables (`NAME=value`) that are not UTF-8, by the text that Bun makes of them. */
export type UndecodableWords = ReadonlyMap<string, Uint8Array>;

function readWords(path: string): readonly Uint8Array[] {
  const bytes = tryOr(() => readFileSync(path), Buffer.alloc(0));
  const words: Uint8Array[] = [];
  for (let start = 0, end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, start)) {
    words.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return words;
}

/** Reads the words of this process. Must be called as the user that started it: another user may not read them. */
export function readUndecodableWords(): UndecodableWords {
  const decoder = new TextDecoder();
  const words = [...readWords("/proc/self/cmdline"), ...readWords("/proc/self/environ")];
  const entries = words.map((word) => [decoder.decode(word), word] as const);
  return new Map(entries.filter(([text]) => text.includes(REPLACEMENT)));
}

/** The program that replaces this process, with its environment. */
export interface Replacement {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Gives a program the original bytes of its words, which `process.execve` cannot: a shell in between makes them. `argv`
 * must begin with env(1), its options and `--`. A program without such words stays as it is.
 */
export function restoreUndecodableWords(
  replacement: Replacement,
  separator: number,
  raw: UndecodableWords,
): Replacement {
  const { argv, environment } = replacement;
  const variables = Object.entries(environment);
  const isRaw = ([name, value]: readonly [string, string]) => raw.has(`${name}=${value}`);
  const assignments = variables.filter(isRaw).map(([name, value]) => `${name}=${value}`);
  const words = argv.toSpliced(separator + 1, 0, ...assignments);
  if (!words.some((word) => raw.has(word))) return replacement;
  const lines: string[] = [];
  const names = words.map((word, index) => {
    const bytes = raw.get(word);
    // `${0}` is the first word behind the script.
    if (bytes === undefined) return `"\${${index}}"`;
    // The dot keeps newlines before it (sh, command substitution).
    lines.push(`w${index}=$(printf '${toOctal(bytes)}.')`);
    return `"\${w${index}%.}"`;
  });
  return {
    argv: ["/bin/sh", "-c", [...lines, `exec ${names.join(" ")}`].join("\n"), ...words],
    environment: Object.fromEntries(variables.filter((variable) => !isRaw(variable))),
  };
}

function toOctal(bytes: Uint8Array): string {
  return [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
}

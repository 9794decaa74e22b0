/** A text in single quotes, as bash and zsh take it. */
export const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The pattern for `"$at|$word"` in bash and zsh: a word in one state, or, without a path, in all. */
export function pattern(path: string | null, word: string): string {
  return path === null ? `*${quote(`|${word}`)}` : quote(`${path}|${word}`);
}

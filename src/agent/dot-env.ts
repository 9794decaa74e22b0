/** The variables of a `.env` file. */
export interface DotEnv {
  readonly variables: ReadonlyMap<string, string>;
  /** The numbers of lines that are no `NAME=value`; they are left out. */
  readonly badLines: readonly number[];
}

/** One assignment: `export`, the name, and a value in single quotes, in double quotes, or bare to the line's end. */
const ASSIGNMENT =
  /[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(?:'([^']*)'|"([^"\\]*(?:\\[^][^"\\]*)*)"|((?![ \t]*['"])[^\r\n]*))[ \t]*(?:#[^\r\n]*)?(?:\r?\n|$)/y;
const NOTHING = /[ \t]*(?:#[^\r\n]*)?(?:\r?\n|$)/y;
const LINE = /[^\n]*(?:\n|$)/y;

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

function unescape(text: string): string {
  return text.replaceAll(/\\([^])/g, (_, letter: string) => ESCAPES[letter] ?? letter);
}

/** A bare value ends where a comment begins. */
function trimBare(text: string): string {
  return text.replace(/(?:^|[ \t])#.*$/, "").trim();
}

/**
 * Parses the text of a `.env` file: `NAME=value` lines, `export` in front or not, comments, values in
 * single quotes as they are and in double quotes with `\n`, `\t`, `\"` and the like; a quoted value may
 * hold newlines. Nothing is expanded and nothing is executed.
 */
export function parseDotEnv(text: string): DotEnv {
  const variables = new Map<string, string>();
  const badLines: number[] = [];
  const source = text.replace(/^\uFEFF/, "");
  let line = 1;
  let position = 0;
  while (position < source.length) {
    const match = matchAt(ASSIGNMENT, source, position);
    if (match !== null) {
      const [, name = "", single, double, bare] = match;
      variables.set(
        name,
        single ?? (double === undefined ? trimBare(bare ?? "") : unescape(double)),
      );
    }
    const whole = match ?? matchAt(NOTHING, source, position);
    if (whole === null) badLines.push(line);
    const [taken] = whole ?? matchAt(LINE, source, position) ?? [""];
    line += taken.split("\n").length - 1;
    position += Math.max(1, taken.length);
  }
  return { variables, badLines };
}

function matchAt(sticky: RegExp, text: string, position: number): RegExpExecArray | null {
  sticky.lastIndex = position;
  return sticky.exec(text);
}

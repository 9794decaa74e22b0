/** When to use colour. */
export type ColorMode = "auto" | "always" | "never";

/** Codes that begin and end an attribute or a colour (ECMA-48, SGR); each theme defines the colours itself. */
const ATTRIBUTES = {
  bold: [1, 22],
  dim: [2, 22],
  italic: [3, 23],
  underline: [4, 24],
  strike: [9, 29],
} as const;
const COLORS = {
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const;

type StyleName = keyof typeof ATTRIBUTES | keyof typeof COLORS;

/** Functions that give a text an attribute or a colour; if the style lacks it, they return the text as it is. */
export type TerminalStyle = Readonly<Record<StyleName, (text: string) => string>>;

/** Applies codes to each line by itself, so that lines can be cut apart. An outer style goes on after an inner one. */
function applyCodes(text: string, [begin, end]: readonly [number, number]): string {
  const [on, off] = [`\u001B[${begin}m`, `\u001B[${end}m`];
  return text
    .split("\n")
    .map((line) => (line === "" ? "" : on + line.replaceAll(off, off + on) + off))
    .join("\n");
}

function createStyle(codes: Partial<Record<StyleName, readonly [number, number]>>): TerminalStyle {
  const apply = (name: StyleName) => (text: string) => {
    const code = codes[name];
    return code === undefined ? text : applyCodes(text, code);
  };
  return {
    bold: apply("bold"),
    dim: apply("dim"),
    italic: apply("italic"),
    underline: apply("underline"),
    strike: apply("strike"),
    red: apply("red"),
    green: apply("green"),
    yellow: apply("yellow"),
    blue: apply("blue"),
    magenta: apply("magenta"),
    cyan: apply("cyan"),
  };
}

/** The style of what is no terminal, or takes no colour: text as it is. */
export const PLAIN = createStyle({});

/** The style of a conversation without colour. */
export const MONOCHROME = createStyle(ATTRIBUTES);

export const COLORED = createStyle({ ...ATTRIBUTES, ...COLORS });

/**
 * Returns true if colour is to be used. These decide, in this order: `--color`, `NO_COLOR` (no-color.org: any text),
 * `CLICOLOR_FORCE` (bixense.com/clicolors: anything but 0), `TERM=dumb`, the terminal.
 */
export function wantsColor(
  mode: ColorMode,
  environment: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  if (mode !== "auto") return mode === "always";
  if ((environment["NO_COLOR"] ?? "") !== "") return false;
  const force = environment["CLICOLOR_FORCE"] ?? "";
  if (force !== "" && force !== "0") return true;
  return environment["TERM"] !== "dumb" && isTerminal;
}

/** The meaning of a piece of text. */
export type Role = "good" | "warn" | "bad" | "dim" | "strong";

export type Paint = (role: Role, text: string) => string;

const ROLES = {
  good: "green",
  warn: "yellow",
  bad: "red",
  dim: "dim",
  strong: "bold",
} as const satisfies Record<Role, StyleName>;

/** Returns the function that shows meanings in a style. */
export function paintWith(style: TerminalStyle): Paint {
  return (role, text) => style[ROLES[role]](text);
}

/** A place where results are shown. */
export interface View {
  /** Columns of the terminal; null if there is none, and nothing is cut or wrapped. */
  readonly width: number | null;
  readonly paint: Paint;
}

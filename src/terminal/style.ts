/** When to use colour. */
export type ColorMode = "auto" | "always" | "never";

type Paint = (text: string) => string;

/**
 * Paints text for a terminal, or returns it as it is where colour is off. Only the sixteen colours that
 * every theme, light or dark, defines for itself. Pad a text before you paint it: what is painted is longer
 * than it looks.
 */
export interface Style {
  readonly isOn: boolean;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly blue: Paint;
  readonly magenta: Paint;
  readonly cyan: Paint;
}

const plain: Paint = (text) => text;

/** SGR codes (ECMA-48, 8.3.117): `on`, the text, `off`; each line by itself, so that lines can be cut apart. */
function paint(on: number, off: number): Paint {
  return (text) =>
    text
      .split("\n")
      .map((line) => (line === "" ? "" : `\u001B[${on}m${line}\u001B[${off}m`))
      .join("\n");
}

/** Text as it is. */
export const PLAIN: Style = {
  isOn: false,
  bold: plain,
  dim: plain,
  red: plain,
  green: plain,
  yellow: plain,
  blue: plain,
  magenta: plain,
  cyan: plain,
};

export const COLORED: Style = {
  isOn: true,
  bold: paint(1, 22),
  dim: paint(2, 22),
  red: paint(31, 39),
  green: paint(32, 39),
  yellow: paint(33, 39),
  blue: paint(34, 39),
  magenta: paint(35, 39),
  cyan: paint(36, 39),
};

/**
 * Whether to use colour: `--color`, then `NO_COLOR` (no-color.org: any text), `CLICOLOR_FORCE`
 * (bixense.com/clicolors: anything but 0), `TERM=dumb`, and at last whether a terminal reads it.
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

/**
 * Draws what a program printed on a terminal as an SVG picture: text, bold, dim and the sixteen colours.
 *
 *   bun scripts/lib/terminal-svg.ts COLUMNS TITLE <OUTPUT >PICTURE
 *
 * Other control sequences are refused. The same input gives the same picture.
 */
const CHARACTER_WIDTH = 8.4;
const LINE_HEIGHT = 20;
const FONT_SIZE = 14;
const PADDING = 16;
const BACKGROUND = "#1e1f29";
const FOREGROUND = "#e6e6e6";

/** The attributes of a text (SGR codes, ECMA-48 8.3.117), as SVG has them. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  "1": 'font-weight="bold"',
  "2": 'opacity="0.65"',
  "31": 'fill="#ff6b6b"',
  "32": 'fill="#5fd787"',
  "33": 'fill="#ffd75f"',
  "34": 'fill="#6cb6ff"',
  "35": 'fill="#d7a6ff"',
  "36": 'fill="#5fd7d7"',
};
/** Which attributes a code ends. */
const ENDS: Readonly<Record<string, RegExp>> = { "0": /./, "22": /^[12]$/, "39": /^3\d$/ };

interface Piece {
  readonly column: number;
  readonly text: string;
  readonly codes: readonly string[];
}

/** Splits a line into pieces without blanks at their ends and without two blanks in a row, each in one style. */
function parseLine(line: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let codes: readonly string[] = [];
  let column = 0;
  for (const [index, part] of line.split("\u001B").entries()) {
    const [sequence = "", code = ""] = index === 0 ? [] : (/^\[([\d;]*)m/.exec(part) ?? []);
    if (index > 0 && sequence === "")
      throw new Error("Cannot draw a control sequence other than SGR");
    if (sequence !== "") codes = (code || "0").split(";").reduce(applyCode, codes);
    const text = part.slice(sequence.length);
    for (const { 0: words, index: start } of text.matchAll(/\S+(?: \S+)*/g)) {
      pieces.push({ column: column + Bun.stringWidth(text.slice(0, start)), text: words, codes });
    }
    column += Bun.stringWidth(text);
  }
  return pieces;
}

function applyCode(codes: readonly string[], code: string): readonly string[] {
  const end = ENDS[code];
  if (end !== undefined) return codes.filter((one) => !end.test(one));
  if (!(code in ATTRIBUTES)) throw new Error(`Cannot draw the SGR code ${code}`);
  return [...codes, code];
}

function renderPiece({ column, text, codes }: Piece, row: number): string {
  const x = round(PADDING + column * CHARACTER_WIDTH);
  const y = PADDING + row * LINE_HEIGHT + FONT_SIZE;
  const width = round(Bun.stringWidth(text) * CHARACTER_WIDTH);
  const attributes = codes.map((code) => ` ${ATTRIBUTES[code]}`).join("");
  return `  <text x="${x}" y="${y}" textLength="${width}"${attributes}>${Bun.escapeHTML(text)}</text>`;
}

const round = (value: number) => Number(value.toFixed(1));

const [columns = "", title = ""] = process.argv.slice(2);
if (!/^\d+$/.test(columns) || title === "") {
  throw new Error("Usage: bun scripts/lib/terminal-svg.ts COLUMNS TITLE <OUTPUT >PICTURE");
}
const lines = (await Bun.stdin.text()).replaceAll("\r", "").trimEnd().split("\n");
const width = round(2 * PADDING + Number(columns) * CHARACTER_WIDTH);
const height = 2 * PADDING + lines.length * LINE_HEIGHT;
const font = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";
const picture = [
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`,
  `  role="img" font-family="${font}" font-size="${FONT_SIZE}" fill="${FOREGROUND}">`,
  `  <title>${Bun.escapeHTML(title)}</title>`,
  `  <rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>`,
  ...lines.flatMap((line, row) => parseLine(line).map((piece) => renderPiece(piece, row))),
  "</svg>",
];
process.stdout.write(`${picture.join("\n")}\n`);

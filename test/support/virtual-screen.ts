// oxlint-disable-next-line no-control-regex -- a terminal gets control characters
const SEQUENCE = /^\u001B\[([?0-9;]*)([A-Za-z])/;

const SEGMENTER = new Intl.Segmenter();

/** Returns the first character as people count them. Most are ASCII in front of ASCII, and need no segmenter. */
function firstCharacter(text: string): string {
  if (/^[ -~](?:[ -~\r\n]|$)/.test(text)) return text.charAt(0);
  return SEGMENTER.segment(text).containing(0)?.segment ?? "";
}

/** What a person sees on a terminal that got certain bytes: enough of a VT100 for what we send. */
export class VirtualScreen {
  readonly #columns: number;
  readonly #rows: number;
  /** Lines that have scrolled away, then the screen's. */
  #lines: string[][] = [[]];
  #top = 0;
  #row = 0;
  #column = 0;
  #pending = "";
  cursorVisible = true;
  bracketedPaste = false;

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#rows = rows;
  }

  /** Everything that was ever shown, without blanks at the ends of lines. */
  get text(): readonly string[] {
    return this.#lines.map((line) =>
      Array.from(line, (cell) => cell ?? " ")
        .join("")
        .trimEnd(),
    );
  }

  /** The screen alone. */
  get visible(): readonly string[] {
    return this.text.slice(this.#top);
  }

  get cursor(): { readonly row: number; readonly column: number } {
    return { row: this.#row - this.#top, column: this.#column };
  }

  /** The same content in another size; rows that have become too long are broken, as xterm's heirs do. */
  resized(columns: number, rows: number): VirtualScreen {
    const next = new VirtualScreen(columns, rows);
    const before = this.#lines.slice(0, this.#row + 1);
    before[this.#row] = (before[this.#row] ?? []).slice(0, this.#column);
    next.feed(before.map((line) => Array.from(line, (cell) => cell ?? " ").join("")).join("\r\n"));
    next.cursorVisible = this.cursorVisible;
    next.bracketedPaste = this.bracketedPaste;
    return next;
  }

  feed(output: string): void {
    let rest = this.#pending + output;
    this.#pending = "";
    while (rest !== "") {
      const sequence = rest.startsWith("\u001B") ? SEQUENCE.exec(rest) : null;
      if (sequence !== null) {
        this.#obey(sequence[1] ?? "", sequence[2] ?? "");
        rest = rest.slice(sequence[0].length);
      } else if (rest.startsWith("\u001B")) {
        if (rest.length > 20) throw new Error(`Unknown sequence ${JSON.stringify(rest)}`);
        this.#pending = rest;
        return;
      } else {
        const segment = firstCharacter(rest);
        // A line end is one character to the segmenter and two to a terminal.
        for (const character of segment === "\r\n" ? ["\r", "\n"] : [segment]) this.#put(character);
        rest = rest.slice(segment.length);
      }
    }
  }

  #put(character: string): void {
    if (character === "\r") this.#column = 0;
    else if (character === "\n") this.#goDown();
    else if (character >= " ") {
      const width = Bun.stringWidth(character);
      if (this.#column + width > this.#columns) {
        this.#column = 0;
        this.#goDown();
      }
      const line = (this.#lines[this.#row] ??= []);
      line[this.#column] = character;
      for (let more = 1; more < width; more += 1) line[this.#column + more] = "";
      this.#column += width;
    }
  }

  #goDown(): void {
    this.#row += 1;
    this.#lines[this.#row] ??= [];
    if (this.#row - this.#top >= this.#rows) this.#top += 1;
  }

  #obey(parameters: string, final: string): void {
    const count = Math.max(1, Number.parseInt(parameters, 10) || 1);
    const last = this.#top + this.#rows - 1;
    switch (final) {
      case "A":
        this.#row = Math.max(this.#top, this.#row - count);
        break;
      case "B":
        this.#row = Math.min(last, this.#row + count);
        this.#lines[this.#row] ??= [];
        break;
      case "C":
        this.#column = Math.min(this.#columns - 1, this.#column + count);
        break;
      case "H":
        this.#row = this.#top;
        this.#column = 0;
        break;
      case "J":
        if (parameters === "2")
          for (let row = this.#top; row <= last; row += 1) this.#lines[row] = [];
        else if (parameters === "") {
          this.#lines[this.#row]?.splice(this.#column);
          this.#lines.splice(this.#row + 1);
        }
        break;
      case "K":
        this.#lines[this.#row]?.splice(this.#column);
        break;
      case "h":
      case "l":
        if (parameters === "?25") this.cursorVisible = final === "h";
        if (parameters === "?2004") this.bracketedPaste = final === "h";
        break;
      case "m":
        break;
      default:
        throw new Error(`Unknown sequence CSI ${parameters}${final}`);
    }
  }
}

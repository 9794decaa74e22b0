import { removeControls } from "../../core/printable.ts";
import { TEXT_LIMIT } from "./editor.ts";

/** An event at the keyboard: typed text, pasted text, or a key that has a name. */
export type KeyEvent =
  | { readonly text: string }
  | { readonly paste: string }
  /** The key's name: `enter`, `ctrl-left`, `alt-b`, `ctrl-c`, …, with modifiers in the order ctrl, alt, shift. */
  | { readonly key: string };

const PASTE_START = "\u001B[200~";
const PASTE_END = "\u001B[201~";

/** Characters of a paste that are kept: more than a message may have, so that the excess is noticed. */
const PASTE_LIMIT = TEXT_LIMIT + 1000;

/** The bytes of Ctrl-C, which no paste contains: the way out of a paste whose end was lost. */
const GIVE_UP = "\u0003";

/** Control characters that have names of their own; the others are `ctrl-<letter>`. */
const CONTROLS: Readonly<Record<string, string>> = {
  "\r": "enter",
  "\n": "ctrl-j",
  "\t": "tab",
  "\b": "backspace",
  "\u007F": "backspace",
  "\u001B": "escape",
  "\u0000": "ctrl-space",
};

/** Final letters of CSI and SS3 sequences (xterm's ctlseqs). */
const LETTERS: Readonly<Record<string, string>> = {
  A: "up",
  B: "down",
  C: "right",
  D: "left",
  F: "end",
  H: "home",
  M: "enter",
  Z: "shift-tab",
};

/** Numbers before `~`, as xterm, the Linux console and rxvt send them. */
const NUMBERS: Readonly<Record<string, string>> = {
  1: "home",
  2: "insert",
  3: "delete",
  4: "end",
  5: "page-up",
  6: "page-down",
  7: "home",
  8: "end",
};

/** A decoder of a terminal's input, which keeps the piece of a sequence that has arrived. */
export class KeyDecoder {
  #pending = "";
  #paste: string | null = null;

  push(input: string): readonly KeyEvent[] {
    if (this.#paste !== null && input === GIVE_UP) this.#paste = null;
    if (this.#paste !== null) return this.#takePaste(input);
    this.#pending += input;
    return this.#drain();
  }

  /** Returns true if an Escape waits for the rest of a sequence. */
  waits(): boolean {
    return this.#pending !== "";
  }

  /** Takes a waiting Escape as a key of its own, after a pause. */
  flush(): readonly KeyEvent[] {
    const waiting = this.#pending;
    this.#pending = "";
    if (waiting.length <= 1) return waiting === "" ? [] : [{ key: "escape" }];
    const text = removeControls(waiting.slice(1));
    return text === "" ? [] : [{ text }];
  }

  #takePaste(text: string): KeyEvent[] {
    const before = this.#paste ?? "";
    const all = before + text;
    const end = all.indexOf(PASTE_END, Math.max(0, before.length - PASTE_END.length));
    if (end < 0) {
      // The end's own last characters are kept, so that a long paste is cut and still ends.
      this.#paste = all.length <= PASTE_LIMIT ? all : all.slice(0, PASTE_LIMIT) + all.slice(-5);
      return [];
    }
    const paste = removeControls(all.slice(0, end).replaceAll(/\r\n?/g, "\n"));
    this.#paste = null;
    this.#pending = all.slice(end + PASTE_END.length);
    return [{ paste }, ...this.#drain()];
  }

  #drain(): KeyEvent[] {
    const events: KeyEvent[] = [];
    while (this.#pending !== "") {
      if (this.#pending.startsWith(PASTE_START)) {
        const rest = this.#pending.slice(PASTE_START.length);
        [this.#pending, this.#paste] = ["", ""];
        events.push(...this.#takePaste(rest));
        break;
      }
      const length = tokenLength(this.#pending);
      if (length === 0) break;
      const event = decodeToken(this.#pending.slice(0, length));
      this.#pending = this.#pending.slice(length);
      if (event !== null) events.push(event);
    }
    return joinText(events);
  }
}

/** Emits text that was typed at once as one event: its characters may belong together. */
function joinText(events: readonly KeyEvent[]): KeyEvent[] {
  const joined: KeyEvent[] = [];
  for (const event of events) {
    const last = joined.at(-1);
    if ("text" in event && last !== undefined && "text" in last) {
      joined[joined.length - 1] = { text: last.text + event.text };
    } else joined.push(event);
  }
  return joined;
}

/** Returns the length of the first key in `input`; 0 if more of it has to arrive. */
function tokenLength(input: string): number {
  if (!input.startsWith("\u001B")) return firstLength(input);
  const [, second] = input;
  if (second === undefined) return 0;
  if (second === "O") return input.length < 3 ? 0 : 3;
  if (second === "\u001B") return 1;
  if (second !== "[") return 1 + firstLength(input.slice(1));
  const whole = CSI.exec(input);
  if (whole !== null) return whole[0].length;
  // If it is no sequence, its introducer is dropped.
  return CSI_BEGINNING.test(input) && input.length < CSI_LIMIT ? 0 : 2;
}

/** ECMA-48: parameters, intermediates, a final character. The Linux console's F keys have a second bracket. */
// oxlint-disable-next-line no-control-regex -- a terminal sends control characters
const CSI = /^\u001B\[\[?[0-?]*[ -/]*[@-~]/;
// oxlint-disable-next-line no-control-regex -- as above
const CSI_BEGINNING = /^\u001B\[\[?[0-?]*[ -/]*$/;
const CSI_LIMIT = 64;

function firstLength(input: string): number {
  return (input.codePointAt(0) ?? 0) > 0xffff ? 2 : 1;
}

function decodeToken(token: string): KeyEvent | null {
  if (!token.startsWith("\u001B")) return decodeCharacter(token, "");
  if (token.startsWith("\u001B[")) return decodeCsi(token.slice(2));
  if (token.startsWith("\u001BO")) return named(LETTERS[token.slice(2)], "");
  return token.length === 1 ? { key: "escape" } : decodeCharacter(token.slice(1), "alt-");
}

function decodeCharacter(character: string, modifiers: string): KeyEvent | null {
  const control = CONTROLS[character];
  if (control !== undefined) return { key: modifiers + control };
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) {
    const letter = String.fromCodePoint(code + 0x60);
    return { key: `ctrl-${modifiers}${letter}` };
  }
  if (code >= 0x80 && code < 0xa0) return null;
  return modifiers === "" ? { text: character } : { key: modifiers + character.toLowerCase() };
}

/** Parses the parameters of `1;5C`, `3~`, `27;2;13~` (xterm's modifyOtherKeys) and `13;2u` (the kitty protocol). */
function decodeCsi(body: string): KeyEvent | null {
  const final = body.at(-1) ?? "";
  const numbers = body.slice(0, -1).split(";");
  if (final === "~" && numbers[0] === "27") return decodeCode(numbers[2], modifiersOf(numbers[1]));
  if (final === "u") return decodeCode(numbers[0], modifiersOf(numbers[1]));
  if (final === "~") return named(NUMBERS[numbers[0] ?? ""], modifiersOf(numbers[1]));
  return named(LETTERS[final], modifiersOf(numbers[1]));
}

function decodeCode(code: string | undefined, modifiers: string): KeyEvent | null {
  const point = Number(code);
  if (!Number.isInteger(point) || point < 1 || point > 0x10ffff) return null;
  const text = String.fromCodePoint(point);
  const name = CONTROLS[text];
  if (name !== undefined) return { key: modifiers + name };
  if (modifiers === "" || modifiers === "shift-") return { text };
  return { key: modifiers + text.toLowerCase() };
}

function named(name: string | undefined, modifiers: string): KeyEvent | null {
  return name === undefined ? null : { key: modifiers + name };
}

/** Parses xterm's modifier parameter: 1 + shift 1, alt 2, ctrl 4. */
function modifiersOf(parameter: string | undefined): string {
  const bits = Math.max(0, Number.parseInt(parameter ?? "1", 10) - 1);
  const has = (bit: number) => Math.floor(bits / bit) % 2 === 1;
  return `${has(4) ? "ctrl-" : ""}${has(2) ? "alt-" : ""}${has(1) ? "shift-" : ""}`;
}

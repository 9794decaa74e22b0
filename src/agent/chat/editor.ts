import {
  nextBoundary,
  nextWord,
  previousBlank,
  previousBoundary,
  previousWord,
} from "./graphemes.ts";

/** A text that is being written, with its cursor and the last cut. */
export interface Editor {
  readonly text: string;
  /** An offset between two characters. */
  readonly cursor: number;
  /** The text that Ctrl-Y inserts. */
  readonly cut: string;
}

/** Characters that a message may have. */
export const TEXT_LIMIT = 1_000_000;

/** Makes an editor with the cursor at the end of its text. */
export function editorOf(text: string, cut = ""): Editor {
  return { text, cursor: text.length, cut };
}

/** Returns true if all of a text fits into the editor. */
export function fits({ text }: Editor, added: string): boolean {
  return text.length + added.length <= TEXT_LIMIT;
}

/** Inserts text at the cursor; the part that does not fit is left out. */
export function insert(editor: Editor, added: string): Editor {
  const { text, cursor } = editor;
  const fitting = added.slice(0, align(added, Math.max(0, TEXT_LIMIT - text.length)));
  return {
    ...editor,
    text: text.slice(0, cursor) + fitting + text.slice(cursor),
    cursor: cursor + fitting.length,
  };
}

const lineStart = ({ text, cursor }: Editor) => text.lastIndexOf("\n", cursor - 1) + 1;

function lineEnd({ text, cursor }: Editor): number {
  const end = text.indexOf("\n", cursor);
  return end < 0 ? text.length : end;
}

const goTo = (editor: Editor, cursor: number): Editor => ({ ...editor, cursor });

/** Removes the text between the cursor and `to`; a cut is kept for Ctrl-Y. */
function remove(editor: Editor, to: number, isCut: boolean): Editor {
  const from = Math.min(editor.cursor, to);
  const until = Math.max(editor.cursor, to);
  const removed = editor.text.slice(from, until);
  return {
    text: editor.text.slice(0, from) + editor.text.slice(until),
    cursor: from,
    cut: isCut && removed !== "" ? removed : editor.cut,
  };
}

const columnOf = (editor: Editor) => editor.cursor - lineStart(editor);

/** Moves the cursor one line up; returns null in the first line, where the history takes the key. */
export function lineAbove(editor: Editor): Editor | null {
  const end = lineStart(editor) - 1;
  if (end < 0) return null;
  const above = lineStart({ ...editor, cursor: end });
  return goTo(editor, align(editor.text, Math.min(above + columnOf(editor), end)));
}

/** Moves the cursor one line down; returns null in the last line. */
export function lineBelow(editor: Editor): Editor | null {
  const below = lineEnd(editor) + 1;
  if (below > editor.text.length) return null;
  const end = lineEnd({ ...editor, cursor: below });
  return goTo(editor, align(editor.text, Math.min(below + columnOf(editor), end)));
}

/** Keeps an offset out of the middle of a character. */
function align(text: string, offset: number): number {
  return offset >= text.length ? text.length : previousBoundary(text, offset + 1);
}

/** Cuts to the line's end; at the end it joins the next line to this one. */
function cutToLineEnd(editor: Editor): Editor {
  const end = lineEnd(editor);
  return remove(editor, end === editor.cursor ? nextBoundary(editor.text, end) : end, true);
}

function cutToLineStart(editor: Editor): Editor {
  const start = lineStart(editor);
  return remove(editor, start === editor.cursor ? Math.max(0, start - 1) : start, true);
}

/** Swaps the characters around the cursor, or the last two at the end. */
function swap(editor: Editor): Editor {
  const { text } = editor;
  const middle =
    editor.cursor === text.length ? previousBoundary(text, text.length) : editor.cursor;
  const before = previousBoundary(text, middle);
  const after = nextBoundary(text, middle);
  if (before === middle || middle === after) return editor;
  const swapped = text.slice(middle, after) + text.slice(before, middle);
  return { ...editor, text: text.slice(0, before) + swapped + text.slice(after), cursor: after };
}

type Edit = (editor: Editor) => Editor;

const left: Edit = (editor) => goTo(editor, previousBoundary(editor.text, editor.cursor));
const right: Edit = (editor) => goTo(editor, nextBoundary(editor.text, editor.cursor));
const wordLeft: Edit = (editor) => goTo(editor, previousWord(editor.text, editor.cursor));
const wordRight: Edit = (editor) => goTo(editor, nextWord(editor.text, editor.cursor));
const start: Edit = (editor) => goTo(editor, lineStart(editor));
const end: Edit = (editor) => goTo(editor, lineEnd(editor));
const cutWordLeft: Edit = (editor) =>
  remove(editor, previousWord(editor.text, editor.cursor), true);
const cutWordRight: Edit = (editor) => remove(editor, nextWord(editor.text, editor.cursor), true);
const newline: Edit = (editor) => insert(editor, "\n");

/** The change that each key makes to a text, as in readline and in every terminal's editors. */
export const EDITS: Readonly<Record<string, Edit>> = {
  left,
  "ctrl-b": left,
  right,
  "ctrl-f": right,
  home: start,
  "ctrl-a": start,
  end,
  "ctrl-e": end,
  "ctrl-left": wordLeft,
  "alt-left": wordLeft,
  "alt-b": wordLeft,
  "ctrl-right": wordRight,
  "alt-right": wordRight,
  "alt-f": wordRight,
  "ctrl-home": (editor) => goTo(editor, 0),
  "ctrl-end": (editor) => goTo(editor, editor.text.length),
  backspace: (editor) => remove(editor, previousBoundary(editor.text, editor.cursor), false),
  delete: (editor) => remove(editor, nextBoundary(editor.text, editor.cursor), false),
  "ctrl-d": (editor) => remove(editor, nextBoundary(editor.text, editor.cursor), false),
  "ctrl-w": (editor) => remove(editor, previousBlank(editor.text, editor.cursor), true),
  "alt-backspace": cutWordLeft,
  "alt-d": cutWordRight,
  "ctrl-delete": cutWordRight,
  "ctrl-k": cutToLineEnd,
  "ctrl-u": cutToLineStart,
  "ctrl-y": (editor) => insert(editor, editor.cut),
  "ctrl-t": swap,
  "alt-enter": newline,
  "shift-enter": newline,
  "ctrl-j": newline,
};

import { EDITS, editorOf, fits, insert, lineAbove, lineBelow, type Editor } from "./editor.ts";
import { previousBoundary } from "./graphemes.ts";
import {
  beginSearch,
  foundText,
  refineSearch,
  searchOlder,
  type Search,
} from "./history-search.ts";
import { newer, older, type History, type Recalled } from "./history.ts";
import type { KeyEvent } from "./key-decoder.ts";

/** The editor, the history and the search. */
export interface InputState {
  readonly editor: Editor;
  readonly history: History;
  readonly search: Search | null;
}

/** A request of a key, other than a change of the text. */
export type Intent = "submit" | "interrupt" | "leave" | "clear-screen" | "suspend" | "complete";

export interface InputStep {
  readonly state: InputState;
  readonly intent: Intent | null;
}

const INTENTS: Readonly<Record<string, Intent>> = {
  "ctrl-c": "interrupt",
  "ctrl-l": "clear-screen",
  "ctrl-z": "suspend",
  tab: "complete",
};

const OLDER = new Set(["up", "ctrl-p"]);
const NEWER = new Set(["down", "ctrl-n"]);

const only = (state: InputState): InputStep => ({ state, intent: null });

/** Applies a key to the state; returns the new state and the request. */
export function takeKey(state: InputState, event: KeyEvent): InputStep {
  if (state.search !== null) return takeSearchKey(state, state.search, event);
  if ("text" in event) return only({ ...state, editor: insert(state.editor, event.text) });
  if ("paste" in event) return only({ ...state, editor: insert(state.editor, event.paste) });
  return takeNamedKey(state, event.key);
}

/** Returns true if a part of the typed or pasted text does not fit. */
export function leavesOut({ editor, search }: InputState, event: KeyEvent): boolean {
  if (search !== null || "key" in event) return false;
  return !fits(editor, "text" in event ? event.text : event.paste);
}

function takeNamedKey(state: InputState, key: string): InputStep {
  const { editor, history } = state;
  if (key === "enter") return takeEnter(state);
  if (key === "ctrl-d" && editor.text === "") return { state, intent: "leave" };
  if (key === "ctrl-r") return only({ ...state, search: beginSearch(history, editor.text) });
  if (OLDER.has(key)) return step(state, lineAbove(editor), older(history, editor.text));
  if (NEWER.has(key)) return step(state, lineBelow(editor), newer(history));
  const intent = Object.hasOwn(INTENTS, key) ? INTENTS[key] : undefined;
  if (intent !== undefined) return { state, intent };
  const edit = Object.hasOwn(EDITS, key) ? EDITS[key] : undefined;
  return only(edit === undefined ? state : { ...state, editor: edit(editor) });
}

/** Sends, unless a backslash at the end asks for one more line. */
function takeEnter(state: InputState): InputStep {
  const { editor } = state;
  const atEnd = editor.cursor === editor.text.length;
  if (!atEnd || !/(?<!\\)(?:\\\\)*\\$/.test(editor.text)) return { state, intent: "submit" };
  const text = editor.text.slice(0, previousBoundary(editor.text, editor.cursor));
  return only({ ...state, editor: insert(editorOf(text, editor.cut), "\n") });
}

/** Goes to another line of the text if there is one, else through the history. */
function step(state: InputState, within: Editor | null, recalled: Recalled | null): InputStep {
  if (within !== null) return only({ ...state, editor: within });
  if (recalled === null) return only(state);
  const editor = editorOf(recalled.text, state.editor.cut);
  return only({ ...state, editor, history: recalled.history });
}

function takeSearchKey(state: InputState, search: Search, event: KeyEvent): InputStep {
  const { history, editor } = state;
  const show = (next: Search): InputStep =>
    only({ ...state, search: next, editor: editorOf(foundText(history, next), editor.cut) });
  if (!("key" in event)) {
    const typed = "text" in event ? event.text : event.paste;
    return show(refineSearch(history, search, search.wanted + typed));
  }
  const { key } = event;
  if (key === "ctrl-r") return show(searchOlder(history, search));
  if (key === "backspace") {
    const { wanted } = search;
    const shorter = wanted.slice(0, previousBoundary(wanted, wanted.length));
    return show(refineSearch(history, search, shorter));
  }
  const done = { ...state, search: null };
  if (key === "escape" || key === "ctrl-c" || key === "ctrl-g") {
    return only({ ...done, editor: editorOf(search.before, editor.cut) });
  }
  // Every other key ends the search and then has its usual effect.
  return takeNamedKey(done, key);
}

import { layOutEditor } from "./editor-rows.ts";
import type { Frame } from "./frame.ts";
import type { InputState } from "./input-state.ts";
import type { Canvas } from "../../terminal/markdown.ts";
import { truncate } from "../../terminal/width.ts";
import { hang } from "../../terminal/wrap.ts";
import type { ChatProfile } from "./chat-profile.ts";

/** The state that is drawn below the finished rows. */
export interface View {
  readonly input: InputState;
  /** Rows of the answer that may still change; null if none is under way. */
  readonly answer: readonly string[] | null;
  /** The current activity, or the next possible step. */
  readonly status: string | null;
}

/** Rows that the text in the editor may take. */
const EDITOR_ROWS = 12;

const PROMPT = "› ";

const renderPrompt = ({ style }: Canvas) => style.bold(style.cyan(PROMPT));

/**
 * Renders the frame. It leaves the last column free, since terminals treat it differently, and never fills the screen.
 */
export function renderView(view: View, screenRows: number, canvas: Canvas): Frame {
  const { input, answer, status } = view;
  const free = Math.max(1, screenRows - 1);
  const { rows, cursor } = layOutEditor({
    text: input.editor.text,
    cursor: input.editor.cursor,
    prompt: PROMPT,
    columns: canvas.columns,
    maxRows: Math.min(EDITOR_ROWS, Math.max(1, free - 2)),
  });
  const editor = rows.map((row, index) =>
    index === 0 && row.startsWith(PROMPT) ? renderPrompt(canvas) + row.slice(PROMPT.length) : row,
  );
  const below = free > editor.length ? statusRows(input, status, canvas) : [];
  const left = free - editor.length - below.length - 1;
  const above = answer === null || left < 1 ? [] : answerRows(answer, left);
  return {
    rows: [...above, ...editor, ...below],
    cursor: { row: cursor.row + above.length, column: cursor.column },
  };
}

/** Returns the last rows, with a free one below them. */
function answerRows(answer: readonly string[], left: number): readonly string[] {
  const shown = answer.slice(-left);
  return shown.length === 0 ? [] : [...shown, ""];
}

function statusRows(input: InputState, status: string | null, canvas: Canvas): readonly string[] {
  const { search } = input;
  const found = search?.failed === true ? "nothing has" : "search";
  const text = search === null ? status : `${found} '${search.wanted}' (Ctrl-R: older, Esc: back)`;
  if (text === null) return [];
  return [canvas.style.dim(truncate(text, canvas.columns))];
}

/** Lines of a sent text that stay on the screen. */
const SENT_LINES = 30;

/** Characters of each of these lines: a pasted text may be a file of one line. */
const SENT_COLUMNS = 1000;

function shorten(line: string): string {
  if (line.length <= SENT_COLUMNS) return line;
  return `${line.slice(0, SENT_COLUMNS).replace(/[\uD800-\uDBFF]$/, "")}… (${line.length} characters)`;
}

/** Renders a sent text as it stays on the screen: the prompt and the beginning of the text. */
export function renderSent(text: string, canvas: Canvas): readonly string[] {
  const lines = text.replaceAll("\t", "    ").split("\n").map(shorten);
  const shown = lines.length > SENT_LINES + 1 ? lines.slice(0, SENT_LINES) : lines;
  const rows = shown.map((line, index) => {
    const lead = index === 0 ? renderPrompt(canvas) : "  ";
    return `${lead}${canvas.style.bold(line)}`;
  });
  const rest = lines.length - shown.length;
  const more = rest === 0 ? [] : [canvas.style.dim(`  … and ${rest} more lines`)];
  return [...rows, ...more, ""];
}

/** Renders the first rows of a conversation: its profile and its model. */
export function renderGreeting({ name, model }: ChatProfile, { style }: Canvas): readonly string[] {
  return [
    `${style.bold("Hermes")} · ${name} · ${model.name}`,
    style.dim("/help shows what can be done here, Ctrl-D leaves"),
    "",
  ];
}

/** Renders a problem and its remedies. */
export function renderProblem(
  problem: string,
  hints: readonly string[],
  { columns, style }: Canvas,
): readonly string[] {
  return [
    ...hang(style.bold(style.red("✗ ")), problem, columns),
    ...hints.flatMap((hint) => hang("  ", style.dim(hint), columns)),
    "",
  ];
}

import type { TerminalSession } from "./terminal-session.ts";
import { editorOf } from "./editor.ts";
import { layOutEditor } from "./editor-rows.ts";
import { NO_FRAME, type Frame } from "./frame.ts";
import { historyOf } from "./history.ts";
import { takeKey, type InputState } from "./input-state.ts";
import type { KeyEvent } from "./key-decoder.ts";
import type { Canvas } from "../../terminal/markdown.ts";
import { createScreen } from "./screen.ts";
import { truncate } from "../../terminal/width.ts";

/** A question for one line of text. */
export interface Question {
  readonly label: string;
  /** Shown below while it is asked; null for nothing. */
  readonly help: string | null;
  /** The value of an empty line; shown unless it is a secret. */
  readonly current: string | null;
  /** True if the typed text is hidden. */
  readonly isSecret: boolean;
  /** Returns the reason why an answer is refused, or null. */
  readonly refuse: (answer: string) => string | null;
}

/** Asks until the answer is accepted; returns null if the user gives up with Ctrl-C or Ctrl-D. */
export function askQuestion(
  { terminal, style, listen }: TerminalSession,
  question: Question,
): Promise<string | null> {
  const answered = Promise.withResolvers<string | null>();
  const screen = createScreen(terminal, style);
  let input: InputState = { editor: editorOf(""), history: historyOf([]), search: null };
  let problem: string | null = null;

  const draw = () => screen.show(renderQuestion(question, input, problem, screen.canvas()));
  const finish = (answer: string | null) => {
    listen(null);
    answered.resolve(answer);
  };
  const settle = (answer: string | null) => {
    const shown = answer === null ? "" : question.isSecret ? hide(answer) : answer;
    screen.show(NO_FRAME, [`${promptOf(question)}${style.bold(shown)}`]);
    finish(answer);
  };
  const submit = () => {
    const typed = input.editor.text.trim();
    const answer = typed === "" ? (question.current ?? "") : typed;
    problem = question.refuse(answer);
    if (problem === null) settle(answer);
    else draw();
  };
  const take = (event: KeyEvent) => {
    if ("key" in event && (event.key === "ctrl-r" || event.key === "ctrl-j")) return;
    const oneLine = "paste" in event ? { paste: event.paste.replaceAll(/\s+/g, " ") } : event;
    const { state, intent } = takeKey(input, oneLine);
    input = state;
    if (intent === "submit") submit();
    else if (intent === "interrupt" || intent === "leave") settle(null);
    else draw();
  };
  draw();
  listen({
    key: take,
    changed: () => {
      screen.distrust();
      draw();
    },
    closed: () => finish(null),
  });
  return answered.promise;
}

/** Returns a fixed number of dots, which does not tell the length of a secret. */
const hide = (secret: string) => (secret === "" ? "" : "•".repeat(8));

function promptOf({ label, current, isSecret }: Question): string {
  if (current === null || current === "") return `${label}: `;
  return `${label} [${isSecret ? "as it is" : current}]: `;
}

function renderQuestion(
  question: Question,
  { editor }: InputState,
  problem: string | null,
  { columns, style }: Canvas,
): Frame {
  const text = question.isSecret ? "•".repeat(editor.text.length) : editor.text;
  const { rows, cursor } = layOutEditor({
    text,
    cursor: question.isSecret ? text.length : editor.cursor,
    prompt: promptOf(question),
    columns,
    maxRows: 4,
  });
  const below = problem === null ? question.help : `✗ ${problem}`;
  const apply = problem === null ? style.dim : style.red;
  return { rows: below === null ? rows : [...rows, apply(truncate(below, columns))], cursor };
}

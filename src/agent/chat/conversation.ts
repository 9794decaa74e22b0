import { AppError, ExitCode } from "../../core/errors.ts";
import { exitCodeOfSignal } from "../../core/signals.ts";
import type { Host } from "../../host/host.ts";
import { requestAnswer, type Answer, type AnswerEnd } from "./answer.ts";
import type { TerminalSession } from "./terminal-session.ts";
import { editorOf, TEXT_LIMIT } from "./editor.ts";
import { NO_FRAME } from "./frame.ts";
import { appendHistory, readHistory } from "./history-file.ts";
import { historyOf, remember } from "./history.ts";
import { leavesOut, takeKey, type InputState, type Intent } from "./input-state.ts";
import type { KeyEvent } from "./key-decoder.ts";
import { renderMarkdown } from "../../terminal/markdown-stream.ts";
import { EMPTY_TRANSCRIPT, withAnswer, withoutLast, type Transcript } from "./transcript.ts";
import { createRedrawer } from "./redrawer.ts";
import { createScreen, type Screen } from "./screen.ts";
import {
  completeSlash,
  HELP,
  parseSlashCommand,
  type Nearest,
  type SlashCommand,
} from "./slash-command.ts";
import { buildMessages, type ChatProfile } from "./chat-profile.ts";
import { renderGreeting, renderProblem, renderSent, renderView } from "./conversation-view.ts";

/** The profile of a conversation; read again for each question, since its configuration may change meanwhile. */
export interface ChatProfileSource {
  readonly first: ChatProfile;
  readonly read: () => Promise<ChatProfile>;
}

const STOP_HINT = "Ctrl-C stops the answer";
const TOO_LONG = `The end is left out: a message has at most ${TEXT_LIMIT} characters`;
const LEAVE_HINT = "Ctrl-C again or Ctrl-D leaves";

/**
 * Holds a conversation on a terminal until its user leaves, and returns the exit code: 0. Shows a failure of the
 * model's server and goes on. Throws only bugs.
 */
export class Conversation {
  readonly #host: Host;
  readonly #session: TerminalSession;
  readonly #source: ChatProfileSource;
  readonly #nearest: Nearest;
  readonly #screen: Screen;
  readonly #redraw: () => void;
  readonly #finished = Promise.withResolvers<number>();
  #input: InputState;
  #transcript: Transcript = EMPTY_TRANSCRIPT;
  #answer: Answer | null = null;
  #askedAt = 0;
  #notice: string | null = null;
  #isOver = false;

  constructor(host: Host, session: TerminalSession, source: ChatProfileSource, nearest: Nearest) {
    this.#host = host;
    this.#session = session;
    this.#source = source;
    this.#nearest = nearest;
    this.#screen = createScreen(session.terminal, session.style);
    this.#redraw = createRedrawer(host, () => this.#guard(() => this.#show()));
    const history = historyOf(readHistory(host, source.first.directory));
    this.#input = { editor: editorOf(""), history, search: null };
  }

  /** Begins; resolves when the user leaves or the terminal goes. */
  run(): Promise<number> {
    this.#show(renderGreeting(this.#source.first, this.#screen.canvas()));
    this.#session.listen({
      key: (event) => this.#guard(() => this.#take(event)),
      changed: () =>
        this.#guard(() => {
          this.#screen.distrust();
          this.#show();
        }),
      closed: () => this.#leave(exitCodeOfSignal("SIGHUP")),
    });
    return this.#finished.promise;
  }

  /** Ends the conversation: the terminal keeps no frame, and the server no request. */
  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#session.listen(null);
    this.#answer?.stop();
    this.#screen.show(NO_FRAME);
  }

  #leave(code: number): void {
    this.#end();
    this.#finished.resolve(code);
  }

  /** Runs a handler. A bug in it ends the conversation, since a handler has no caller that could. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#end();
    this.#finished.reject(error);
  }

  #take(event: KeyEvent): void {
    const hadNotice = this.#notice;
    this.#notice = leavesOut(this.#input, event) ? TOO_LONG : null;
    const { state, intent } = takeKey(this.#input, event);
    this.#input = state;
    if (intent !== null) this.#intents[intent](hadNotice);
    this.#redraw();
  }

  /** The effects of keys; each gets the notice that stood there before the key. */
  readonly #intents: Readonly<Record<Intent, (hadNotice: string | null) => void>> = {
    submit: () => this.#submit(),
    interrupt: (hadNotice) => {
      if (this.#answer !== null) this.#answer.stop();
      else if (this.#input.editor.text !== "") this.#setText("");
      else if (hadNotice === LEAVE_HINT) this.#leave(ExitCode.done);
      else this.#notice = LEAVE_HINT;
    },
    leave: () => this.#leave(ExitCode.done),
    "clear-screen": () => this.#screen.clear(),
    suspend: () => {
      this.#screen.show(NO_FRAME);
      this.#session.terminal.suspend();
      this.#screen.distrust();
    },
    complete: () => this.#setText(completeSlash(this.#input.editor.text)),
  };

  #setText(text: string): void {
    const { editor } = this.#input;
    if (text !== editor.text) this.#input = { ...this.#input, editor: editorOf(text, editor.cut) };
  }

  #submit(): void {
    const { text } = this.#input.editor;
    if (text.trim() === "") return;
    if (this.#answer !== null) {
      this.#notice = `Wait for the answer, then send this; ${STOP_HINT}`;
      return;
    }
    const { history } = this.#input;
    const isNew = history.entries.at(-1) !== text;
    this.#input = { ...this.#input, history: remember(history, text) };
    const problem = isNew ? appendHistory(this.#host, this.#source.first.directory, text) : null;
    if (problem !== null) this.#notice = `This line is not kept for the next time: ${problem}`;
    this.#setText("");
    const slash = parseSlashCommand(text, this.#nearest);
    if (slash === null) this.#ask(text.trim());
    else if (slash.kind === "command") this.#commands[slash.command]();
    else {
      const guess = slash.nearest === null ? "" : `; did you mean '${slash.nearest}'?`;
      this.#say(`Unknown command '${slash.name}'${guess}`, [
        "/help shows the commands; a blank before the slash sends the line as it is",
      ]);
    }
  }

  readonly #commands: Readonly<Record<SlashCommand, () => void>> = {
    help: () => this.#show(["", ...renderMarkdown(HELP, this.#screen.canvas()), ""]),
    model: () => void this.#showModel(),
    clear: () => {
      this.#screen.clear();
      this.#transcript = EMPTY_TRANSCRIPT;
    },
    new: () => {
      this.#transcript = EMPTY_TRANSCRIPT;
      this.#show(["", this.#dim("A new conversation begins"), ""]);
    },
    retry: () => {
      const { question } = this.#transcript;
      if (question === null) return this.#say("There is no question to ask again", []);
      this.#transcript = withoutLast(this.#transcript);
      this.#ask(question);
    },
    exit: () => this.#leave(ExitCode.done),
  };

  async #showModel(): Promise<void> {
    try {
      const { model } = await this.#source.read();
      this.#show(["", `${model.name} at ${model.baseUrl}`, ""]);
    } catch (error) {
      if (error instanceof AppError) this.#sayError(error, []);
      else this.#fail(error);
    }
  }

  #ask(question: string): void {
    this.#transcript = { ...this.#transcript, question };
    this.#show(renderSent(question, this.#screen.canvas()));
    const before = this.#transcript.messages;
    const prepare = async () => {
      const profile = await this.#source.read();
      return { model: profile.model, messages: buildMessages(profile, before, question) };
    };
    const answer = requestAnswer(this.#host, prepare, this.#screen.canvas, (rows) => {
      if (rows.length > 0) this.#show(rows);
      else this.#redraw();
    });
    this.#answer = answer;
    this.#askedAt = this.#host.clock.elapsed();
    void this.#tick(answer);
    answer.end.then(
      (end) => this.#guard(() => this.#close(question, answer, end)),
      (error: unknown) => this.#fail(error),
    );
  }

  /** Redraws the seconds while nothing arrives. */
  async #tick(answer: Answer): Promise<void> {
    const over = answer.end.catch(() => null);
    while (!(await this.#host.clock.within(1000, over))) this.#redraw();
  }

  #close(question: string, answer: Answer, end: AnswerEnd): void {
    if (this.#isOver) return;
    this.#answer = null;
    this.#notice = null;
    const rest = answer.drawn.finish();
    if (end.kind === "failed") {
      this.#show(rest);
      this.#sayError(end.error, ["/retry asks again"]);
      return;
    }
    this.#transcript = withAnswer(this.#transcript, question, answer.text());
    const remark = end.kind === "stopped" ? "stopped" : end.remark;
    this.#show([...rest, ...(remark === null ? [] : [this.#dim(`(${remark})`)]), ""]);
  }

  #say(problem: string, hints: readonly string[]): void {
    this.#show(renderProblem(problem, hints, this.#screen.canvas()));
  }

  #sayError({ message, hint }: AppError, more: readonly string[]): void {
    this.#say(message, [...(hint === undefined ? [] : [hint]), ...more]);
  }

  #dim(text: string): string {
    return this.#screen.canvas().style.dim(text);
  }

  #status(): string | null {
    if (this.#notice !== null || this.#answer === null) return this.#notice;
    const seconds = Math.floor((this.#host.clock.elapsed() - this.#askedAt) / 1000);
    const waits = this.#answer.text() === "" ? "waiting for the model" : "answering";
    return `${waits} · ${seconds} s · ${STOP_HINT}`;
  }

  #show(above: readonly string[] = []): void {
    if (this.#isOver) return;
    const view = {
      input: this.#input,
      answer: this.#answer?.drawn.open() ?? null,
      status: this.#status(),
    };
    const { rows } = this.#session.terminal.size();
    this.#screen.show(renderView(view, rows, this.#screen.canvas()), above);
  }
}

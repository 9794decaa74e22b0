import { readAgentConfig, requireModel, type AgentConfig } from "../../agent/config.ts";
import { readSoul } from "../../agent/soul.ts";
import { printAnswer } from "../../agent/chat/print-answer.ts";
import { buildMessages, type ChatProfile } from "../../agent/chat/chat-profile.ts";
import { AppError, ExitCode } from "../../core/errors.ts";
import type { App } from "../app.ts";
import { warnAll } from "../messages.ts";
import { command, type Command, type Example } from "../command.ts";
import { usageError } from "../usage-error.ts";
import { profileDirectory } from "../../profiles/paths.ts";
import { requireProfile } from "../require-profile.ts";

const ARGS = {
  query: {
    type: "string",
    alias: "q",
    valueHint: "TEXT",
    description: "Ask this, print the answer and leave; '-' reads it from stdin",
  },
  tui: { type: "boolean", alias: "T", description: "Talk on the terminal, as without any flag" },
  stdin: { type: "boolean", description: "Add what is on stdin to the question" },
} as const;

const EXAMPLES: readonly Example[] = [
  ["hermes chat", "Talk to the current profile"],
  ['hermes chat -q "What is s6?"', "Ask one question; the answer goes to stdout"],
  ["hermes chat -q Summarize --stdin <notes.txt", "Ask about a file"],
];

/** Bytes of a question on stdin. */
const STDIN_LIMIT = 1_048_576;

function readStdin({ host }: App): string {
  const text = host.input.readAll(STDIN_LIMIT + 1);
  if (new TextEncoder().encode(text).length > STDIN_LIMIT) {
    throw new AppError("usage", "Cannot send what is on stdin: it is longer than 1 MiB", {
      hint: "send a part of it",
    });
  }
  return text.trim();
}

function noTerminal(what: string): AppError {
  return new AppError("usage", `Cannot hold a conversation: ${what} is not a terminal`, {
    hint: "pass -q TEXT, or put the question on stdin, or give it a terminal (docker run -it, docker exec -it)",
  });
}

/** Returns the single question of the command line or of stdin; null for a conversation. */
function findQuestion(app: App, query: string | undefined, addsStdin: boolean): string | null {
  const { input } = app.host;
  if (query === undefined && !addsStdin && input.isTerminal()) return null;
  const typed = query === undefined || query === "-" ? "" : query.trim();
  const reads = addsStdin || query === undefined || query === "-";
  const question = [typed, reads ? readStdin(app) : ""].filter((part) => part !== "").join("\n\n");
  if (question !== "") return question;
  if (query === undefined && !addsStdin) throw noTerminal("stdin");
  throw usageError("There is no question: it is empty");
}

function toChatProfile(app: App, directory: string, config: AgentConfig): ChatProfile {
  const { host, profile } = app;
  return { name: profile, directory, model: requireModel(config), soul: readSoul(host, directory) };
}

/** `hermes chat`: one question with `-q` or on stdin, else a conversation on the terminal. */
export function chat(app: App): Command {
  return command(ARGS, EXAMPLES, async ({ query, stdin }) => {
    const { host } = app;
    requireProfile(app, app.profile, "chat with");
    const directory = profileDirectory(app.home.root, app.profile);
    const question = findQuestion(app, query, stdin ?? false);
    if (question === null && !host.output.isTerminal(1)) throw noTerminal("stdout");
    const config = await readAgentConfig(host, directory);
    warnAll(app.host, config.warnings);
    if (question !== null) {
      const profile = toChatProfile(app, directory, config);
      await printAnswer(host, profile, buildMessages(profile, [], question));
      return ExitCode.done;
    }
    const { converseOnTerminal } = await import("../chat-on-terminal.ts");
    return converseOnTerminal(app, directory, (now) => toChatProfile(app, directory, now), config);
  });
}

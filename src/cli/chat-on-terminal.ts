import { readAgentConfig, type AgentConfig } from "../agent/config.ts";
import { writeModelSettings } from "../agent/write-config.ts";
import { createSession, type TerminalSession } from "../agent/chat/terminal-session.ts";
import { Conversation } from "../agent/chat/conversation.ts";
import { conversePlainly } from "../agent/chat/plain-conversation.ts";
import { askForModel } from "../agent/chat/setup-questions.ts";
import type { ChatProfile } from "../agent/chat/chat-profile.ts";
import { exitCodeOfSignal } from "../core/signals.ts";
import { setupCommand } from "../profiles/paths.ts";
import type { App } from "./app.ts";
import { nearest } from "./nearest.ts";
import { conversationStyle } from "./view.ts";

/** The exit code after Ctrl-C. */
export const GIVEN_UP = exitCodeOfSignal("SIGINT");

/** Returns true if the terminal knows the control sequences that all but the plainest terminals have. */
export function knowsSequences({ host }: App): boolean {
  const term = host.environment["TERM"] ?? "";
  return term !== "" && term !== "dumb";
}

/** Runs with the terminal in raw mode and restores it, however that ends; 128+n if a signal ends it. */
export async function withTerminal(
  app: App,
  work: (session: TerminalSession) => Promise<number>,
): Promise<number> {
  const { openTerminal } = await app.host.loadRawTerminal();
  const terminal = openTerminal();
  let ended: NodeJS.Signals | null = null;
  const hangUp = async () => {
    ended = await app.host.self.waitForEndSignal();
    terminal.hangUp();
  };
  void hangUp();
  const style = conversationStyle(app.host);
  try {
    const code = await work(createSession(app.host, terminal, style));
    return ended === null ? code : exitCodeOfSignal(ended);
  } finally {
    terminal.close();
  }
}

/** Holds a conversation on the terminal. If no model is configured, asks for one first. */
export async function converseOnTerminal(
  app: App,
  directory: string,
  toChatProfile: (config: AgentConfig) => ChatProfile,
  config: AgentConfig,
): Promise<number> {
  const { host } = app;
  if (!knowsSequences(app)) return conversePlainly(host, toChatProfile(config));
  const isNew = config.model === null;
  let isConfigured = !isNew;
  const code = await withTerminal(app, async (session) => {
    isConfigured ||= await configure(app, session, directory);
    if (!isConfigured) return GIVEN_UP;
    const read = async () => toChatProfile(await readAgentConfig(host, directory));
    const source = { first: isNew ? await read() : toChatProfile(config), read };
    return new Conversation(host, session, source, nearest).run();
  });
  if (!isConfigured) {
    host.output.note(`No model is configured; \`${setupCommand(directory)}\` asks for it again`);
  }
  return code;
}

/** Asks for the model and saves it. Returns false if the user gives up. */
async function configure(app: App, session: TerminalSession, directory: string): Promise<boolean> {
  session.terminal.write("No model is configured yet. Which one is to answer?\r\n\r\n");
  const changes = await askForModel(session, null, {});
  if (changes === null) return false;
  const path = writeModelSettings(app.host, directory, changes);
  session.terminal.write(`Wrote ${path}\r\n\r\n`);
  return true;
}

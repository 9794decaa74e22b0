import { AppError, ExitCode } from "../../core/errors.ts";
import type { Host } from "../../host/host.ts";
import { buildMessages, type ChatProfile } from "./chat-profile.ts";
import { printAnswer } from "./print-answer.ts";
import { EMPTY_TRANSCRIPT, withAnswer } from "./transcript.ts";

/**
 * Holds a conversation line by line, for a terminal without control sequences (`TERM=dumb`), whose line discipline
 * edits. Returns 0 at the end of stdin or after `/exit`.
 */
export async function conversePlainly(host: Host, profile: ChatProfile): Promise<number> {
  let transcript = EMPTY_TRANSCRIPT;
  host.output.result(`Hermes, ${profile.name}, ${profile.model.name}; /exit leaves\n`);
  for (;;) {
    host.output.result("> ");
    const line = host.input.readLine();
    const question = line?.trim() ?? "/exit";
    if (question === "/exit" || question === "/quit") {
      if (line === null) host.output.result("\n");
      return ExitCode.done;
    }
    if (question === "") continue;
    try {
      const messages = buildMessages(profile, transcript.messages, question);
      transcript = withAnswer(transcript, question, await printAnswer(host, profile, messages));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      host.output.note(`✗ ${error.message}`);
      if (error.hint !== undefined) host.output.note(`  Hint: ${error.hint}`);
    }
    host.output.result("\n");
  }
}

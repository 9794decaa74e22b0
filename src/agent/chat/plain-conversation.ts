import { describeFinish } from "../finish-reason.ts";
import { streamChat, type ChatMessage } from "../model-client.ts";
import { AppError, ExitCode } from "../../core/errors.ts";
import type { Host } from "../../host/host.ts";
import { removeControls } from "../../core/printable.ts";
import { buildMessages, type ChatProfile } from "./chat-profile.ts";

/**
 * Holds a conversation line by line, for a terminal without control sequences (`TERM=dumb`), whose line discipline
 * edits. Returns 0 at the end of stdin or after `/exit`.
 */
export async function conversePlainly(host: Host, profile: ChatProfile): Promise<number> {
  let said: readonly ChatMessage[] = [];
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
    said = await answerPlainly(host, profile, said, question);
  }
}

async function answerPlainly(
  host: Host,
  profile: ChatProfile,
  said: readonly ChatMessage[],
  question: string,
): Promise<readonly ChatMessage[]> {
  let content = "";
  let reason = "";
  const finished = (given: string) => {
    reason = given;
  };
  try {
    const messages = buildMessages(profile, said, question);
    for await (const piece of streamChat(host, profile.model, messages, { finished })) {
      content += piece;
      host.output.result(removeControls(piece));
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    host.output.note(`\n✗ ${error.message}`);
    if (error.hint !== undefined) host.output.note(`  Hint: ${error.hint}`);
    return said;
  }
  host.output.result(content.endsWith("\n") ? "\n" : "\n\n");
  const isEmpty = content.trim() === "";
  const remark = describeFinish(reason, isEmpty);
  if (remark !== null) host.output.note(`warning: ${remark}`);
  if (isEmpty) return said;
  return [...said, { role: "user", content: question }, { role: "assistant", content }];
}

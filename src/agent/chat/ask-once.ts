import { describeFinish } from "../finish-reason.ts";
import { streamChat } from "../model-client.ts";
import { ExitCode } from "../../core/errors.ts";
import type { Host } from "../../host/host.ts";
import { removeControls } from "../../core/printable.ts";
import { buildMessages, type ChatProfile } from "./chat-profile.ts";

/**
 * Asks one question and prints the answer as it arrives, with a newline at its end. Returns 0. Throws if the model's
 * server fails; the part that had arrived is printed. Warns if an answer is empty or cut off. Signals end the process
 * at once, even while its output is not read, and the server sees its client go.
 */
export async function askOnce(host: Host, profile: ChatProfile, question: string): Promise<number> {
  let last = "\n";
  let isEmpty = true;
  let reason = "";
  const finished = (given: string) => {
    reason = given;
  };
  try {
    const messages = buildMessages(profile, [], question);
    for await (const piece of streamChat(host, profile.model, messages, { finished })) {
      isEmpty &&= piece.trim() === "";
      // An output that is no terminal may lead to one: `docker exec` without -t.
      const text = removeControls(piece);
      if (text === "") continue;
      host.output.result(text);
      last = text.at(-1) ?? last;
    }
  } finally {
    if (last !== "\n") host.output.result("\n");
  }
  const remark = describeFinish(reason, isEmpty);
  if (remark !== null) host.output.note(`warning: ${remark}`);
  return ExitCode.done;
}

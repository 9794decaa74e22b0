import { removeControls } from "../../core/printable.ts";
import type { Host } from "../../host/host.ts";
import { describeFinish } from "../finish-reason.ts";
import { streamChat, type ChatMessage } from "../model-client.ts";
import type { ChatProfile } from "./chat-profile.ts";

/**
 * Asks the model and prints its answer as it arrives, with a newline at its end. Returns the text. Throws if the
 * model's server fails; the part that had arrived is printed. Warns if an answer is empty or cut off. Signals end the
 * process at once, even while its output is not read, and the server sees its client go.
 */
export async function printAnswer(
  host: Host,
  { model }: ChatProfile,
  messages: readonly ChatMessage[],
): Promise<string> {
  let [answer, last, reason] = ["", "\n", ""];
  const finished = (given: string) => {
    reason = given;
  };
  try {
    for await (const piece of streamChat(host, model, messages, { finished })) {
      answer += piece;
      // An output that is no terminal may lead to one: `docker exec` without -t.
      const text = removeControls(piece);
      host.output.result(text);
      last = text.at(-1) ?? last;
    }
  } finally {
    if (last !== "\n") host.output.result("\n");
  }
  const remark = describeFinish(reason, answer.trim() === "");
  if (remark !== null) host.output.note(`warning: ${remark}`);
  return answer;
}

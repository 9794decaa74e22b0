import { describeFinish } from "../agent/finish-reason.ts";
import { streamChat } from "../agent/model-client.ts";
import { ExitCode } from "../core/errors.ts";
import { exitCodeOfSignal } from "../core/signals.ts";
import type { Host } from "../host/host.ts";
import { abortOn } from "./abort-on.ts";
import { cleanText } from "./clean-text.ts";
import { messagesOf, type Talk } from "./talk.ts";

/**
 * Asks one question and prints the answer as it arrives, with a newline at its end. Returns 0, or 128+n
 * where `endRequested` came before the end. Throws where the model's server fails; what had arrived is
 * printed. A remark says where an answer is empty or cut off.
 */
export async function askOnce(
  host: Host,
  talk: Talk,
  question: string,
  endRequested: Promise<NodeJS.Signals>,
): Promise<number> {
  const { signal, ended } = abortOn(endRequested);
  // Bytes for a program are as the model sent them; a terminal must not obey them.
  const shown = host.output.isTerminal(1) ? cleanText : (text: string) => text;
  let last = "\n";
  let isEmpty = true;
  let reason = "";
  const finished = (given: string) => {
    reason = given;
  };
  const endLine = () => {
    if (last !== "\n") host.output.result("\n");
  };
  try {
    const messages = messagesOf(talk, [], question);
    for await (const piece of streamChat(host, talk.model, messages, { signal, finished })) {
      isEmpty &&= piece.trim() === "";
      const text = shown(piece);
      if (text === "") continue;
      host.output.result(text);
      last = text.at(-1) ?? last;
      if (ended() !== null) break;
    }
  } catch (error) {
    if (ended() === null) {
      endLine();
      throw error;
    }
  }
  endLine();
  const by = ended();
  const remark = describeFinish(reason, isEmpty);
  if (by === null && remark !== null) host.output.note(`warning: ${remark}`);
  return by === null ? ExitCode.done : exitCodeOfSignal(by);
}

import { describeFinish } from "../finish-reason.ts";
import { streamChat, type ChatMessage } from "../model-client.ts";
import type { ModelSettings } from "../config-values.ts";
import { AppError } from "../../core/errors.ts";
import type { Host } from "../../host/host.ts";
import { createMarkdownStream, type MarkdownStream } from "../../terminal/markdown-stream.ts";
import type { Canvas } from "../../terminal/markdown.ts";

/** The end of an answer. */
export type AnswerEnd =
  /** A remark for the reader; null if there is none. */
  | { readonly kind: "whole"; readonly remark: string | null }
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly error: AppError };

/** An answer that arrives. */
export interface Answer {
  /** Returns the text that has arrived so far. */
  readonly text: () => string;
  readonly drawn: MarkdownStream;
  readonly stop: () => void;
  readonly end: Promise<AnswerEnd>;
}

/**
 * Asks the model; `arrived` is called with the rows that each piece has finished. An `AppError` of `prepare` counts as
 * a failure of the server.
 */
export function requestAnswer(
  host: Host,
  prepare: () => Promise<{ model: ModelSettings; messages: readonly ChatMessage[] }>,
  canvas: () => Canvas,
  arrived: (rows: readonly string[]) => void,
): Answer {
  const controller = new AbortController();
  const drawn = createMarkdownStream(canvas);
  let text = "";
  let reason = "";
  const options = {
    signal: controller.signal,
    finished: (given: string) => {
      reason = given;
    },
  };
  const receive = async (): Promise<AnswerEnd> => {
    try {
      const { model, messages } = await prepare();
      for await (const piece of streamChat(host, model, messages, options)) {
        if (controller.signal.aborted) return { kind: "stopped" };
        text += piece;
        arrived(drawn.push(piece));
      }
      if (controller.signal.aborted) return { kind: "stopped" };
      return { kind: "whole", remark: describeFinish(reason, text.trim() === "") };
    } catch (error) {
      if (controller.signal.aborted) return { kind: "stopped" };
      if (error instanceof AppError) return { kind: "failed", error };
      throw error;
    }
  };
  return { text: () => text, drawn, stop: () => controller.abort(), end: receive() };
}

import { streamChat, type ChatMessage } from "../agent/model-client.ts";
import type { ModelSettings } from "../agent/config-values.ts";
import { AppError } from "../core/errors.ts";
import type { Host } from "../host/host.ts";
import { createMarkdownStream, type MarkdownStream } from "./markdown-stream.ts";
import type { Canvas } from "./markdown-line.ts";

/** How an answer ended. */
export type AnswerEnd =
  | { readonly is: "whole" }
  | { readonly is: "stopped" }
  | { readonly is: "failed"; readonly error: AppError };

/** An answer that arrives. */
export interface Answer {
  /** What came of it so far. */
  readonly text: () => string;
  readonly drawn: MarkdownStream;
  readonly stop: () => void;
  readonly end: Promise<AnswerEnd>;
}

/** Which model is asked, and what. */
export interface Request {
  readonly model: ModelSettings;
  readonly messages: readonly ChatMessage[];
}

/**
 * Asks the model; `arrived` is called with the rows that each piece has finished. What `prepare` throws is
 * a failure like the server's.
 */
export function requestAnswer(
  host: Host,
  prepare: () => Promise<Request>,
  canvas: () => Canvas,
  arrived: (rows: readonly string[]) => void,
): Answer {
  const controller = new AbortController();
  const drawn = createMarkdownStream(canvas);
  let text = "";
  const receive = async (): Promise<AnswerEnd> => {
    try {
      const { model, messages } = await prepare();
      for await (const piece of streamChat(host, model, messages, { signal: controller.signal })) {
        if (controller.signal.aborted) return { is: "stopped" };
        text += piece;
        arrived(drawn.push(piece));
      }
      return controller.signal.aborted ? { is: "stopped" } : { is: "whole" };
    } catch (error) {
      if (controller.signal.aborted) return { is: "stopped" };
      if (error instanceof AppError) return { is: "failed", error };
      throw error;
    }
  };
  return { text: () => text, drawn, stop: () => controller.abort(), end: receive() };
}

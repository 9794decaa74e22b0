import { isJsonObject, parseJson } from "../core/json.ts";
import type { ApiError } from "./api-error.ts";

/** The request for the model, or the reason why it is refused. */
export type PreparedRequest =
  | { readonly ok: true; readonly body: string }
  | { readonly ok: false; readonly status: number; readonly error: ApiError };

function refuse(message: string, code: string, status = 400): PreparedRequest {
  return { ok: false, status, error: { message, type: "invalid_request_error", code } };
}

/** Levels of arrays and objects in a request. JSON.stringify takes seconds to fail on 100,000. */
const MAX_DEPTH = 1000;

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeperThan(child, levels - 1));
}

function isInstruction(message: unknown): boolean {
  return isJsonObject(message) && (message["role"] === "system" || message["role"] === "developer");
}

/**
 * Prepares a request for the model. The profile's `SOUL.md` becomes the system prompt if the request has none, and the
 * configured model is used if it names none. A request that has both is passed on as it is. A request for another model
 * is refused.
 */
export function prepareCompletion(
  text: string,
  modelName: string,
  soul: string | null,
): PreparedRequest {
  const request = parseJson(text);
  if (!isJsonObject(request)) return refuse("The body is not a JSON object", "invalid_json");
  const { messages, model } = request;
  if (!Array.isArray(messages) || messages.length === 0) {
    return refuse("'messages' must be an array with at least one message", "invalid_messages");
  }
  if (model !== undefined && model !== null && model !== modelName) {
    const message = `This gateway answers with the model '${modelName}' only; leave 'model' out, or name that one`;
    return refuse(message, "model_not_found", 404);
  }
  const needsSoul = soul !== null && !messages.some(isInstruction);
  if (!needsSoul && model === modelName) return { ok: true, body: text };
  const list: readonly unknown[] = messages;
  const all = needsSoul ? [{ role: "system", content: soul }, ...list] : list;
  if (isDeeperThan(request, MAX_DEPTH)) {
    return refuse("The body is nested too deeply", "invalid_json");
  }
  return { ok: true, body: JSON.stringify({ ...request, model: modelName, messages: all }) };
}

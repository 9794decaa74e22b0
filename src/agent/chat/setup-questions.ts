import { trimBaseUrl, type ModelSettings } from "../config-values.ts";
import { refuseModelValue, type ModelChange } from "../write-config.ts";
import type { TerminalSession } from "./terminal-session.ts";
import { askQuestion, type Question } from "./question.ts";

/** The answer that removes the key. */
const NO_KEY = "-";

const URL_HELP = "an OpenAI-compatible server: http://host:11434/v1, https://api.openai.com/v1";

const refuse = (key: keyof ModelChange, answer: string): string | null => {
  const reason = refuseModelValue(key, answer);
  return reason === null ? null : `it ${reason}`;
};

function needed(
  key: "base_url" | "name",
  label: string,
  help: string,
  current: string | undefined,
): Question {
  return {
    label,
    help,
    current: current ?? null,
    isSecret: false,
    refuse: (answer) =>
      answer === "" ? "a value is needed; Ctrl-C gives up" : refuse(key, answer),
  };
}

function keyQuestion(hasKey: boolean): Question {
  return {
    label: "API key",
    help: hasKey
      ? `it is not shown; Enter keeps the one there is, ${NO_KEY} removes it`
      : "it is not shown; leave it empty if the server needs none",
    current: null,
    isSecret: true,
    refuse: (answer) => refuse("api_key", answer),
  };
}

/**
 * Asks for the values that are not in `given`, and returns the changes to the current model; null if the user gives up.
 * The key of one server is not kept for another.
 */
export async function askForModel(
  session: TerminalSession,
  current: ModelSettings | null,
  given: ModelChange,
): Promise<ModelChange | null> {
  const ask = (question: Question) => askQuestion(session, question);
  const answered =
    given.base_url ?? (await ask(needed("base_url", "Base URL", URL_HELP, current?.baseUrl)));
  if (answered === null) return null;
  const baseUrl = trimBaseUrl(answered);
  const name =
    given.name ?? (await ask(needed("name", "Model", "its name on that server", current?.name)));
  if (name === null) return null;
  const isSameServer = baseUrl === current?.baseUrl;
  const changes = {
    ...(isSameServer ? {} : { base_url: baseUrl }),
    ...(name === current?.name ? {} : { name }),
  };
  if (given.api_key !== undefined) return { ...changes, api_key: given.api_key };
  const keepsKey = isSameServer && current.apiKey !== null;
  const key = await ask(keyQuestion(keepsKey));
  if (key === null) return null;
  if (key === "" && keepsKey) return changes;
  return { ...changes, api_key: key === "" || key === NO_KEY ? null : key };
}

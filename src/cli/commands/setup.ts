import { readAgentConfig, requireModel } from "../../agent/config.ts";
import type { ModelSettings } from "../../agent/config-values.ts";
import { streamChat } from "../../agent/model-client.ts";
import { writeModelSettings, type ModelChange } from "../../agent/write-config.ts";
import { abortOn } from "../../agent/chat/abort-on-signal.ts";
import { askForModel } from "../../agent/chat/setup-questions.ts";
import { AppError, ExitCode } from "../../core/errors.ts";
import { toPrintable } from "../../core/printable.ts";
import { exitCodeOfSignal } from "../../core/signals.ts";
import type { Host } from "../../host/host.ts";
import { DEFAULT_PROFILE } from "../../profiles/name.ts";
import { readState } from "../../gateway/record/state-store.ts";
import type { App } from "../app.ts";
import { command, type Command, type Example } from "../command.ts";
import { createMessages } from "../messages.ts";
import { GIVEN_UP, knowsSequences, withTerminal } from "../chat-on-terminal.ts";
import { profileDirectory } from "../../profiles/paths.ts";
import { requireProfile } from "../require-profile.ts";
import { givenBy, type SetupFlags } from "../setup-flags.ts";

const ARGS = {
  "base-url": {
    type: "string",
    valueHint: "URL",
    description: "An OpenAI-compatible server, usually ending with /v1",
  },
  model: { type: "string", valueHint: "NAME", description: "The model's name there" },
  "api-key-stdin": { type: "boolean", description: "Read the key from stdin" },
  "api-key-env": {
    type: "string",
    valueHint: "VARIABLE",
    description: "Take the key from this variable or the profile's .env, whenever it is needed",
  },
  "no-test": { type: "boolean", description: "Do not try the model" },
} as const;

const EXAMPLES: readonly Example[] = [
  ["hermes setup", "Ask for server, model and key, then try them"],
  ["hermes setup --base-url http://ollama:11434/v1 --model llama3.2", "For scripts"],
  [
    "hermes setup --model gpt-5 --api-key-stdin <key",
    "A key is never an argument: others could see it",
  ],
];

const LONGEST_ANSWER = 200;
const TEST_QUESTION = "Answer with the one word: ready";

/** Returns the present model; null without one. A file that cannot be used counts as empty, and is reported. */
async function readCurrent(app: App, directory: string): Promise<ModelSettings | null> {
  try {
    return (await readAgentConfig(app.host, directory)).model;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    createMessages(app.host).warn(error.message);
    return null;
  }
}

/** Returns the changes, from flags alone or from questions; null if the user gives up. */
async function collect(
  app: App,
  current: ModelSettings | null,
  given: ModelChange,
): Promise<ModelChange | null> {
  const { host } = app;
  const asked = Object.keys(given).length === 0;
  const missing = [
    ...(given.base_url === undefined && current === null ? ["--base-url URL"] : []),
    ...(given.name === undefined && current === null ? ["--model NAME"] : []),
  ];
  if (!asked && missing.length === 0) {
    const moved = given.base_url !== undefined && given.base_url !== current?.baseUrl;
    if (!moved || given.api_key !== undefined) return given;
    // The key of one server is not for another.
    if (current !== null && current.apiKey !== null) {
      const message = `The key for ${current.baseUrl} is left out; --api-key-stdin takes another`;
      host.output.note(message);
    }
    return { ...given, api_key: null };
  }
  if (!host.input.isTerminal() || !host.output.isTerminal(1) || !knowsSequences(app)) {
    const flags = asked ? ["--base-url URL", "--model NAME"] : missing;
    throw new AppError("usage", "Cannot ask for the model: there is no terminal to ask on", {
      hint: `pass ${flags.join(" and ")}; \`hermes setup --help\` shows an example`,
    });
  }
  let changes: ModelChange | null = null;
  await withTerminal(app, async (session) => {
    changes = await askForModel(session, current, given);
    return ExitCode.done;
  });
  return changes;
}

/** Sends the model one request and reports the answer. Returns 0, or 128+n if a signal ended the wait. */
async function tryModel(host: Host, model: ModelSettings): Promise<number> {
  host.output.note(`Trying '${model.name}' at ${model.baseUrl} …`);
  const { signal, ended } = abortOn(host.self.waitForEndSignal());
  let text = "";
  try {
    const messages = [{ role: "user", content: TEST_QUESTION } as const];
    for await (const piece of streamChat(host, model, messages, { signal })) text += piece;
  } catch (error) {
    const by = ended();
    if (by === null) throw error;
    host.output.note("Given up; what is written stays");
    return exitCodeOfSignal(by);
  }
  const said = toPrintable(text, LONGEST_ANSWER);
  host.output.result(said === "" ? "It answers, with nothing\n" : `It answers: ${said}\n`);
  return ExitCode.done;
}

/** `hermes setup`: server, model and key, by questions or by flags, into `config.yaml`, and one request. */
export function setup(app: App): Command {
  return command(ARGS, EXAMPLES, (flags) => configure(app, flags, flags["no-test"] !== true));
}

/** Returns true if the gateway reports that it runs; it reads its configuration when it starts. */
function mayRun(host: Host, directory: string): boolean {
  const outcome = readState(host, directory);
  const state = outcome.kind === "state" ? outcome.state.reportedState : null;
  return state === "running" || state === "degraded";
}

async function configure(app: App, flags: SetupFlags, tries: boolean): Promise<number> {
  const { host, home, profile } = app;
  requireProfile(app, profile, "set up");
  const directory = profileDirectory(home.root, profile);
  const given = givenBy(host, flags);
  const changes = await collect(app, await readCurrent(app, directory), given);
  if (changes === null) {
    host.output.note("Given up; nothing is changed");
    return GIVEN_UP;
  }
  const path = writeModelSettings(host, directory, changes);
  host.output.result(`Wrote ${path}\n`);
  const config = await readAgentConfig(host, directory);
  const code = tries ? await tryModel(host, requireModel(config)) : ExitCode.done;
  if (code !== ExitCode.done) return code;
  const hermes = profile === DEFAULT_PROFILE ? "hermes" : `hermes -p ${profile}`;
  if (mayRun(host, directory)) {
    host.output.note(`A gateway that runs takes it up with \`${hermes} gateway restart\``);
  }
  host.output.note(`Next: ${hermes} chat`);
  return ExitCode.done;
}

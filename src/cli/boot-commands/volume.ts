import { seedVolume } from "../../boot/seed.ts";
import { parsePlanContext, parseSteps } from "../../boot/steps-format.ts";
import { createLocalPhase } from "../../boot/unprivileged-phase.ts";
import { AppError, ExitCode, messageOf } from "../../core/errors.ts";
import { parseEventLine, type GatewayEvent } from "../../gateway/record/event.ts";
import { parseProfileName } from "../../profiles/name.ts";
import { recordEvents } from "../../gateway/record/record-events.ts";
import { profileExists } from "../../profiles/store.ts";
import type { App } from "../app.ts";
import { bootCommand, type Command } from "../command.ts";
import { restoreGivenVariables } from "../../boot/given-variables.ts";

const MAX_INPUT_BYTES = 64 * 1024 * 1024;

const ARGS = {
  part: {
    type: "positional",
    description: "plan, prepare, log, seed, has or events",
    required: true,
  },
  name: { type: "positional", description: "The profile's name, for `has`", required: false },
} as const;

/** Gives up root for good before anything on the volume is touched. */
function becomeHermes(app: App): void {
  const { users } = app.host;
  const user = users.currentUid() === 0 ? users.findUserByName("hermes") : null;
  if (user === null) return;
  try {
    users.becomeUser(user);
  } catch (error) {
    throw new AppError("refused", `Cannot drop from root to hermes: ${messageOf(error)}`);
  }
  restoreGivenVariables(app.host);
}

function requireInput<T>(value: T | null): T {
  if (value === null) throw new AppError("io", "Cannot read stdin: it is not what was asked for");
  return value;
}

function parseEvents(text: string): readonly GatewayEvent[] {
  return text.split("\n").flatMap((line) => parseEventLine(line) ?? []);
}

/** `hermes-boot volume PART`: the unprivileged phase of the boot, which touches the volume as hermes. */
export function volume(app: App): Command {
  return bootCommand(ARGS, async ({ part, name }) => {
    becomeHermes(app);
    const { host, home } = app;
    const phase = createLocalPhase(host, home.root);
    const input = () => host.input.readAll(MAX_INPUT_BYTES);
    switch (part) {
      case "plan":
      case "prepare": {
        const steps = await phase[part](requireInput(parsePlanContext(input())));
        host.output.result(JSON.stringify(steps));
        return ExitCode.done;
      }
      case "log":
        await phase.log(Promise.resolve(requireInput(parseSteps(input()))));
        return ExitCode.done;
      case "events":
        await recordEvents(host, home.root, parseEvents(input()));
        return ExitCode.done;
      case "seed":
        seedVolume(host, home.root);
        return ExitCode.done;
      case "has": {
        const parsed = parseProfileName(name ?? "");
        return parsed.ok && profileExists(host, home.root, parsed.name)
          ? ExitCode.done
          : ExitCode.failed;
      }
      default:
        throw new AppError("usage", `Unknown part '${part}'`);
    }
  });
}

import type { App } from "../app.ts";
import { warnAll } from "../messages.ts";
import { command, type Command, type Example } from "../command.ts";
import { usageError } from "../usage-error.ts";

const ALL = { type: "boolean", description: "Refused: start gateways one by one" } as const;

const EXAMPLES: readonly Example[] = [
  ["hermes gateway start", "Start the gateway of the current profile"],
  ["hermes -p coder gateway start", "Start that of the profile 'coder'"],
];

/** `hermes gateway start`: done when the gateway is ready. Refuses one in the foreground. */
export function gatewayStart(app: App): Command {
  return command({ all: ALL }, EXAMPLES, async ({ all }) => {
    if (all) {
      throw usageError("Cannot start all gateways at once: name the one you want with -p");
    }
    const gateways = await app.gatewaysAfterBoot();
    await gateways.refuseForeground(app.profile, "start");
    const { changed, pid, warnings } = await gateways.start(app.profile);
    const word = changed ? "Started" : "Already running:";
    app.host.output.result(`${word} gateway '${app.profile}' (pid ${pid}), ready\n`);
    warnAll(app.host, warnings);
  });
}

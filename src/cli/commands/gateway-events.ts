import { AppError, ExitCode } from "../../core/errors.ts";
import { renderEventLine, type GatewayEvent } from "../../gateway/record/event.ts";
import { openEvents } from "../../logs/event-stream.ts";
import { renderEvent } from "../../logs/render-event.ts";
import { UTC } from "../../logs/zone-offsets.ts";
import { readerZone } from "../../logs/time-zone.ts";
import type { App } from "../app.ts";
import { command, type Command, type Example } from "../command.ts";
import { readLineCount } from "../line-count.ts";
import { createMessages } from "../messages.ts";
import { requireGateway } from "../require-gateway.ts";
import { styleOf } from "../view.ts";
import { watchEnd } from "../watch-end.ts";

const ARGS = {
  follow: { type: "boolean", alias: "f", description: "Continue with new events, until Ctrl-C" },
  lines: {
    type: "string",
    alias: "n",
    valueHint: "N",
    description: "Show the last N events first, or `all`; 20",
  },
  all: { type: "boolean", description: "Show the events of all gateways" },
  json: { type: "boolean", description: "Print JSON, an event a line (docs/events.md)" },
  utc: { type: "boolean", description: "Show times in UTC instead of the local zone" },
} as const;

const EXAMPLES: readonly Example[] = [
  ["hermes -p coder gateway events", "The latest events of a gateway, and their causes"],
  ["hermes gateway events --all -f", "All gateways, as it happens"],
  ["hermes gateway events --all --json -f -n 0", "The same for a program, from now on"],
];

const DEFAULT_LINES = 20;
const NAME_WIDTH = 12;

/** `hermes gateway events`: what s6 and the gateways' own steps have written down. */
export function gatewayEvents(app: App): Command {
  return command(ARGS, EXAMPLES, async (args) => {
    const { host, home } = app;
    const count = readLineCount(args.lines, DEFAULT_LINES);
    const profile = args.all === true ? null : app.profile;
    const isWanted = (event: GatewayEvent) => profile === null || event.profile === profile;
    const stream = openEvents(host, home.root);
    // One at least: whether there is any decides what to say.
    const past = stream.last(Math.max(1, count), isWanted);
    // A gateway that is gone has its events; one that never was has none.
    if (past.length === 0 && profile !== null) requireGateway(app);
    if (stream.error !== null) {
      // With --follow its events are shown once it can be read.
      if (past.length === 0 && args.follow !== true) {
        throw new AppError("io", `Cannot read ${stream.error}`, { hint: "see `hermes doctor`" });
      }
      createMessages(host).warn(`cannot read ${stream.error}`);
    }
    const widths = past.map((event) => event.profile.length);
    const nameWidth = profile === null ? Math.min(32, Math.max(NAME_WIDTH, ...widths)) : null;
    const offsetAt = args.utc === true ? UTC : readerZone(host);
    const view = { offsetAt, nameWidth, style: styleOf(host, 1) };
    const print =
      args.json === true ? renderEventLine : (one: GatewayEvent) => renderEvent(one, view);
    const shown = count === 0 ? [] : past;
    host.output.result(shown.map(print).join(""));
    if (args.follow !== true) {
      stream.close();
      if (past.length === 0 && args.json !== true) {
        host.output.note("Nothing has happened yet");
      }
      return ExitCode.done;
    }
    const end = await watchEnd(host);
    for await (const event of stream.follow(() => end() !== null))
      if (isWanted(event)) host.output.result(print(event));
    return end() ?? ExitCode.done;
  });
}

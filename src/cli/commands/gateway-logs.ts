import { AppError, ExitCode } from "../../core/errors.ts";
import type { Host } from "../../host/host.ts";
import { readLogs } from "../../logs/log-set.ts";
import type { LineView } from "../../logs/render-line.ts";
import { UTC } from "../../logs/zone-offsets.ts";
import { parseSince, SINCE_FORMS } from "../../logs/since.ts";
import { bootLog, gatewayLog, logExists, type LogSource } from "../../logs/log-source.ts";
import { readerZone } from "../../logs/time-zone.ts";
import { listProfiles } from "../../profiles/store.ts";
import { shortenMiddle } from "../../terminal/width.ts";
import type { App } from "../app.ts";
import { command, type Command, type Example } from "../command.ts";
import { readLineCount } from "../line-count.ts";
import { warnAll } from "../messages.ts";
import { requireGateway } from "../require-gateway.ts";
import { showLines } from "../show-lines.ts";
import type { TerminalStyle } from "../../terminal/style.ts";
import { styleOf } from "../view.ts";
import { usageError } from "../usage-error.ts";

const ARGS = {
  follow: { type: "boolean", alias: "f", description: "Continue with new lines, until Ctrl-C" },
  lines: {
    type: "string",
    alias: "n",
    valueHint: "N",
    description: "Show the last N lines, or `all`; 50, or all with --since",
  },
  since: {
    type: "string",
    valueHint: "WHEN",
    description:
      "Show only lines since then: `10m`, `2d`, `08:20`, `yesterday`, or an ISO 8601 time",
  },
  all: { type: "boolean", description: "Show all gateways, in the order of time" },
  boot: { type: "boolean", description: "Show the boot log instead of a gateway's log" },
  raw: {
    type: "boolean",
    description: "Print the bytes unchanged, also those that control a terminal",
  },
  utc: { type: "boolean", description: "Show times in UTC instead of the local zone" },
} as const;

const EXAMPLES: readonly Example[] = [
  ["hermes -p coder gateway logs -f", "The output of one gateway, until ^C"],
  ["hermes gateway logs --all --since 10m", "The output of all gateways in the last ten minutes"],
  ["hermes gateway logs --boot", "The actions of the last boots, for each profile"],
];

const DEFAULT_LINES = 50;
/** More lines are read by a process that takes less memory, and 15 ms more to start. */
const MOST_AT_ONCE = 5000;

/** Returns the reason why there are no lines. */
function explainNothing(since: string | undefined, boot: boolean): string {
  if (since !== undefined) return "Nothing since then";
  if (boot) return "No boot has been written down yet";
  return "Nothing is on the volume yet; see the container's output, or where a gateway in the foreground was started";
}

function readSince(host: Host, text: string | undefined): number | null {
  if (text === undefined) return null;
  const since = parseSince(text, host.clock.now(), readerZone(host));
  if (since !== null) return since;
  throw usageError(`Cannot read the time '${text}': --since takes ${SINCE_FORMS}`);
}

/** Returns the logs that are asked for. Throws if there is no such gateway. */
function chooseLogs(app: App, all: boolean, boot: boolean): readonly LogSource[] {
  const { host, home } = app;
  if (boot) return [bootLog(host, home.root)];
  if (all) return listProfiles(host, home.root).map((name) => gatewayLog(host, home.root, name));
  // Not before: to tell the profile may be what fails.
  const { profile } = app;
  const source = gatewayLog(host, home.root, profile);
  if (!logExists(host, source)) requireGateway(app);
  return [source];
}

const COLORS = ["cyan", "magenta", "green", "yellow", "blue"] as const;

/** Columns of a terminal that a name in front of a line may take; what a program gets is whole. */
const WIDEST_PREFIX = 20;

/** Returns the names in front of lines if several logs are shown, each in its colour, and none wider than `widest`. */
function createPrefix(
  sources: readonly LogSource[],
  style: TerminalStyle,
  widest: number,
): LineView["prefix"] {
  if (sources.length < 2) return () => "";
  const width = Math.min(widest, Math.max(...sources.map(({ name }) => name.length)));
  const paint = (name: string, index: number) =>
    `${style[COLORS[index % COLORS.length] ?? "cyan"](shortenMiddle(name, widest).padEnd(width))}  `;
  const prefixes = new Map(sources.map(({ name }, index) => [name, paint(name, index)]));
  return (source) => prefixes.get(source) ?? paint(source, 0);
}

/** `hermes gateway logs`: what gateways print, from the volume. */
export function gatewayLogs(app: App): Command {
  return command(ARGS, EXAMPLES, async ({ follow, lines, since, all, boot, raw, utc }) => {
    const { host } = app;
    if (all && boot) throw usageError("--all and --boot exclude each other");
    const initial = since === undefined ? DEFAULT_LINES : Infinity;
    const count = readLineCount(lines, initial);
    const unfinished = follow !== true;
    const wanted = { lines: count, since: readSince(host, since), unfinished };
    const sources = chooseLogs(app, all ?? false, boot ?? false);
    if (follow === true || count > MOST_AT_ONCE) host.self.restartLean();
    const style = styleOf(host, 1);
    const isTerminal = host.output.isTerminal(1);
    const view: LineView = {
      raw: raw === true,
      offsetAt: utc === true ? UTC : readerZone(host),
      prefix: createPrefix(sources, style, isTerminal ? WIDEST_PREFIX : Infinity),
      dim: style.dim,
    };
    const logs = readLogs(host, sources, wanted);
    try {
      const isAny = showLines(host, logs.next, view);
      const [unreadable] = logs.unreadable;
      // With `--follow` its lines are shown when it can be read.
      if (unreadable !== undefined && !all && !follow && !isAny) {
        throw new AppError("io", `Cannot read ${unreadable}`, { hint: "see `hermes doctor`" });
      }
      const errors = [...logs.unreadable, ...logs.listOlderErrors()];
      warnAll(
        host,
        errors.map((one) => `cannot read ${one}`),
      );
      if (!isAny && count > 0 && errors.length === 0) {
        host.output.note(explainNothing(since, boot ?? false));
      }
      if (!follow) return ExitCode.done;
      const { followLogs } = await import("../follow-logs.ts");
      const list = () => (all ? chooseLogs(app, true, false) : sources);
      return await followLogs(host, list, logs.followers, view);
    } finally {
      logs.close();
      for (const follower of logs.followers.values()) follower.close();
    }
  });
}

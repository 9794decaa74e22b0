import type { TerminalStyle } from "../terminal/style.ts";
import type { EventKind, GatewayEvent } from "../gateway/record/event.ts";
import { renderTime } from "./log-line.ts";
import type { OffsetAt } from "./zone-offsets.ts";

const COLORS: Readonly<Record<EventKind, keyof TerminalStyle>> = {
  registered: "dim",
  started: "bold",
  ready: "green",
  crashed: "red",
  backoff: "yellow",
  parked: "red",
  stopped: "bold",
  unregistered: "dim",
  "hook-failed": "yellow",
};

const WIDEST_KIND = Math.max(...Object.keys(COLORS).map((kind) => kind.length));

const count = (crashes: number) => `${crashes} crash${crashes === 1 ? "" : "es"}`;

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

/** Describes an event besides its kind. */
function describe({ event, pid, reason, exit, backoffMs, recentCrashes }: GatewayEvent): string {
  const after = recentCrashes === 0 ? "" : `, after ${count(recentCrashes)}`;
  if (event === "started" || event === "ready") return `pid ${pid}${after}`;
  if (event === "backoff") return `starts again in ${seconds(backoffMs ?? 0)}${after}`;
  const ran = exit === null || exit.ranMs === null ? "" : `, having run for ${seconds(exit.ranMs)}`;
  return `${reason ?? ""}${ran}`;
}

/** The options for rendering events. */
export interface EventView {
  readonly offsetAt: OffsetAt;
  /** Columns for the profile's name; null if all events are of one profile. */
  readonly nameWidth: number | null;
  readonly style: TerminalStyle;
}

/** Renders an event as a line for people, with its newline. */
export function renderEvent(
  event: GatewayEvent,
  { offsetAt, nameWidth, style }: EventView,
): string {
  const kind = style[COLORS[event.event]](event.event.padEnd(WIDEST_KIND));
  const name = nameWidth === null ? "" : `${event.profile.padEnd(nameWidth)}  `;
  return (
    `${style.dim(renderTime(Date.parse(event.at), offsetAt))}  ${name}${kind}  ${describe(event)}`.trimEnd() +
    "\n"
  );
}

import { exitCodeOfSignal } from "../core/signals.ts";
import { ExitCode } from "../core/errors.ts";
import type { Host } from "../host/host.ts";
import { renderSnapshot } from "../status/render.ts";
import type { Snapshot } from "../status/snapshot.ts";
import { usageError } from "./usage-error.ts";
import type { View } from "../terminal/style.ts";
import { createView } from "./view.ts";

/** States in which a gateway may be for years. */
const CALM: ReadonlySet<string> = new Set(["ready", "down", "foreground", "not-registered"]);
/** Lines of the picture that are no gateway's. */
const OTHER_LINES = 12;

function rank(gateway: Snapshot["gateways"][number]): number {
  const { drift, state, stateFileError, logError, logger } = gateway;
  if (drift !== null || stateFileError !== null || logError !== null) return 0;
  if (state === "unknown" || logger === "down") return 0;
  return CALM.has(state) ? 2 : 1;
}

/** Puts first what needs attention, if not everything fits. */
function worstFirst(snapshot: Snapshot, rows: number): Snapshot {
  if (snapshot.gateways.length < rows) return snapshot;
  const gateways = snapshot.gateways.toSorted((first, second) => rank(first) - rank(second));
  return { ...snapshot, gateways };
}

/**
 * Returns as much as fits, with the last paragraph: the number of gateways, and of those that are not in their desired
 * state.
 */
function cut(lines: readonly string[], rows: number): readonly string[] {
  if (lines.length <= rows) return lines;
  const end = lines.slice(lines.lastIndexOf("") + 1);
  const last = end.length + 1 < rows ? end : [];
  const room = rows - 1 - last.length;
  const left = lines.length - room - last.length;
  return [...lines.slice(0, room), `… ${left} more lines`, ...last];
}

/** Renders the screen, without the services if the window is too short for all of it. */
function draw(snapshot: Snapshot, view: View, rows: number): readonly string[] {
  const render = (what: Snapshot) => renderSnapshot(what, view).trimEnd().split("\n");
  const lines = render(snapshot);
  return lines.length <= rows ? lines : cut(render({ ...snapshot, services: [] }), rows);
}

/**
 * Shows the status on the whole terminal again and again, until `q`, ^C or a signal; then restores the terminal. Throws
 * if stdout is no terminal.
 */
export async function watchStatus(
  host: Host,
  take: () => Promise<Snapshot>,
  seconds: number,
): Promise<number> {
  if (!host.output.isTerminal(1)) {
    throw usageError("--watch needs a terminal on its output");
  }
  if (host.environment["TERM"] === "dumb") {
    throw usageError("--watch needs a terminal that can be drawn on, and TERM is dumb");
  }
  const { openFullScreen } = await host.loadFullScreen();
  const screen = openFullScreen(host.input.isTerminal());
  try {
    let snapshot = await take();
    for (;;) {
      const { columns, rows } = screen.size();
      // Clearing the rest of a full line would take its last character away.
      const view = { ...(await createView(host)), width: columns - 1 };
      const ordered = worstFirst(snapshot, rows - OTHER_LINES);
      const time = view.paint(
        "dim",
        `${snapshot.takenAt.slice(11, 19)} UTC, every ${seconds} s; q ends`,
      );
      screen.draw([...draw(ordered, view, rows - 2), "", time]);
      const event = await screen.next(seconds * 1000);
      if (event === "quit") return ExitCode.done;
      if (event === "tick") snapshot = await take();
      else if (event !== "resize") return exitCodeOfSignal(event);
    }
  } finally {
    screen.close();
  }
}

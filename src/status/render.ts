import type { RecordedExit } from "../gateway/record/exit.ts";
import { renderSeconds } from "./durations.ts";
import type { ServiceSnapshot } from "./services.ts";
import type { GatewaySnapshot, Snapshot } from "./snapshot.ts";
import type { Role, View } from "../terminal/style.ts";
import { layOut, layoutWidth, shortenColumns, type Cell, type Rows } from "../terminal/table.ts";
import { wrap } from "../terminal/wrap.ts";

/** The title of the column between the desired state and the state, which marks a difference. */
const MARK_TITLE = "";
const HEAD = [
  "PROFILE",
  "DESIRED",
  MARK_TITLE,
  "STATE",
  "FOR",
  "PID",
  "RESTARTS",
  "LAST EXIT",
] as const;
const PROFILE_COLUMN = 0;
/** Columns that are left out on a narrow terminal, in this order. */
const DROPPED_FIRST = ["LAST EXIT", "RESTARTS", "PID", "DESIRED"] as const;
/** Names are cut to this length before a column is left out. */
const READABLE_NAME = 20;
/** Columns in front of a note below a row. */
const NOTE_INDENT = 6;

const ROLES: Partial<Record<string, Role>> = {
  ready: "good",
  up: "good",
  foreground: "good",
  starting: "warn",
  backoff: "warn",
  restarting: "warn",
  stopping: "warn",
  parked: "bad",
  unsupervised: "bad",
  unknown: "bad",
  down: "dim",
  "not-registered": "dim",
};

/** Returns the role of a state: its colour. */
export function roleOf(state: string): Role {
  return ROLES[state] ?? "warn";
}

/** Renders the last exit in a few words: `crashed (exit 1) 2m ago`. */
function renderLastExit(exit: RecordedExit | null, takenAt: number): string {
  if (exit === null) return "-";
  const how = exit.signal === null ? `exit ${exit.code}` : `signal ${exit.signal}`;
  const ago = renderSeconds(Math.max(0, Math.round((takenAt - exit.at) / 1000)));
  return `${exit.meaning} (${how}) ${ago} ago`;
}

function desiredCell({ desired, stateFileError }: GatewaySnapshot): Cell {
  return stateFileError === null ? { text: desired ?? "-" } : { text: "?", role: "bad" };
}

function cellsOf(gateway: GatewaySnapshot, takenAt: number): readonly Cell[] {
  const { profile, state, drift, logError, logger, secondsInState, pid, restarts, lastExit } =
    gateway;
  const isMarked = drift !== null || logError !== null || logger === "down";
  const stateCell: Cell = { text: state, role: drift === null ? roleOf(state) : "bad" };
  return [
    { text: profile },
    desiredCell(gateway),
    { text: isMarked ? "!" : "", role: "bad" },
    stateCell,
    { text: secondsInState === null ? "-" : renderSeconds(secondsInState) },
    { text: pid === null ? "-" : String(pid) },
    { text: String(restarts) },
    { text: renderLastExit(lastExit, takenAt) },
  ];
}

/** The note about a gateway whose logger is down. */
export const LOGGER_DOWN = "its logger is down: its output is lost";

/** Returns the note below the row of a gateway; null if there is nothing to add. */
function noteOf({
  drift,
  detail,
  stateFileError,
  logError,
  logger,
}: GatewaySnapshot): string | null {
  const unknown = stateFileError === null ? null : `desired state unknown: ${stateFileError}`;
  const about = [unknown, drift, detail].filter((part) => part !== null).join(": ");
  const silent = logger === "down" ? LOGGER_DOWN : "";
  const log = logError === null ? "" : `log: ${logError}`;
  return [about, silent, log].filter((part) => part !== "").join("; ") || null;
}

/** Shortens long names, then leaves out columns until the rows fit, then shortens every name. */
function fit(rows: Rows, width: number): Rows {
  let fitted = rows;
  for (const title of DROPPED_FIRST) {
    const shortened = shortenColumns(fitted, [PROFILE_COLUMN], width, READABLE_NAME);
    if (layoutWidth(shortened) <= width) return shortened;
    const column = fitted[0]?.findIndex(({ text }) => text === title) ?? -1;
    fitted = fitted.map((row) => row.filter((_, index) => index !== column));
  }
  return shortenColumns(fitted, [PROFILE_COLUMN], width);
}

/** Joins the lines of rows, each with its note below it, indented and wrapped. */
function withNotesBelow(
  lines: readonly string[],
  notes: readonly (string | null)[],
  { width, paint }: View,
): string {
  const [title = "", ...rest] = lines;
  const below = (index: number) =>
    wrap(notes[index] ?? "", (width ?? Infinity) - NOTE_INDENT).map(
      (line) => `\n${" ".repeat(NOTE_INDENT)}${paint("dim", line)}`,
    );
  return [title, ...rest.map((line, index) => [line, ...below(index)].join(""))]
    .map((line) => `${line}\n`)
    .join("");
}

function joinLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

function renderGateways({ gateways, takenAt }: Snapshot, view: View): string {
  const { width, paint } = view;
  const head = HEAD.map((text): Cell => ({ text, role: "strong" }));
  const now = Date.parse(takenAt);
  const rows = gateways.map((gateway) => cellsOf(gateway, now));
  const notes = gateways.map(noteOf);
  if (width !== null) {
    return withNotesBelow(layOut(fit([head, ...rows], width), paint), notes, view);
  }
  const whole = rows.map((row, index) => [...row, { text: notes[index] ?? "" }]);
  return joinLines(layOut([[...head, { text: "DETAIL" }], ...whole], paint));
}

function renderServices(services: readonly ServiceSnapshot[], view: View): string {
  if (services.length === 0) return "";
  const { width, paint } = view;
  const rows = services.map(({ name, state, ok, pid, secondsInState }): readonly Cell[] => [
    { text: name },
    { text: ok ? "" : "!", role: "bad" },
    { text: state, role: ok ? roleOf(state) : "bad" },
    { text: secondsInState === null ? "-" : renderSeconds(secondsInState) },
    { text: pid === null ? "-" : String(pid) },
  ]);
  const head = ["SERVICE", MARK_TITLE, "STATE", "FOR", "PID"].map((text): Cell => ({
    text,
    role: "strong",
  }));
  const notes = services.map(({ detail }) => detail);
  const beside = rows.map((row, index): readonly Cell[] => [
    ...row,
    { text: notes[index] ?? "", role: "dim" },
  ]);
  return width === null || layoutWidth([head, ...beside]) <= width
    ? `${joinLines(layOut([head, ...beside], paint))}\n`
    : `${withNotesBelow(layOut([head, ...rows], paint), notes, view)}\n`;
}

/** Renders the last line: `3 gateways: 1 ready, 2 down; 1 not in its desired state`. */
function renderSummary({ gateways }: Snapshot, { paint, width }: View): string {
  const counts = new Map<string, number>();
  for (const { state } of gateways) counts.set(state, (counts.get(state) ?? 0) + 1);
  const parts = [...counts].map(([state, count]) => `${count} ${state}`);
  const drifting = gateways.filter(({ drift }) => drift !== null).length;
  const difference = `${drifting} not in ${drifting === 1 ? "its" : "their"} desired state`;
  const noun = gateways.length === 1 ? "gateway" : "gateways";
  const whole = `${gateways.length} ${noun}: ${parts.join(", ")}${drifting === 0 ? "" : `; ${difference}`}`;
  const lines = width === null ? [whole] : wrap(whole, width);
  return `${lines.join("\n").replace(difference, () => paint("bad", difference))}\n`;
}

function isInOrder(gateway: GatewaySnapshot): boolean {
  const { drift, stateFileError, logError, logger, state, isOverdue } = gateway;
  if (state === "unknown" || state === "unsupervised" || state === "backoff" || isOverdue)
    return false;
  return drift === null && stateFileError === null && logError === null && logger !== "down";
}

/** Returns true if the doctor has a remedy to show. */
function needsDoctor({ gateways, services, homeError }: Snapshot): boolean {
  return homeError !== null || !gateways.every(isInOrder) || services.some(({ ok }) => !ok);
}

/** Renders a snapshot for people. */
export function renderSnapshot(snapshot: Snapshot, view: View): string {
  const { paint } = view;
  const { homeError } = snapshot;
  const problem = homeError === null ? "" : `${paint("bad", "!")} ${homeError}\n`;
  const booting = snapshot.booting ? ", booting: some gateways may be missing" : "";
  const title = `Manager: ${snapshot.manager}${booting}\n${paint("dim", `Home: ${snapshot.home}`)}\n${problem}\n`;
  const services = renderServices(snapshot.services, view);
  const advice = needsDoctor(snapshot) ? "See `hermes doctor` for remedies\n" : "";
  return `${title}${services}${renderGateways(snapshot, view)}\n${renderSummary(snapshot, view)}${advice}`;
}

import type { RecordedExit } from "../gateway/record/exit.ts";
import { isOverdue } from "./gateway-state.ts";
import { renderSeconds } from "./durations.ts";
import type { ServiceSnapshot } from "./services.ts";
import type { GatewaySnapshot, Snapshot } from "./snapshot.ts";
import type { Role, View } from "../terminal/style.ts";
import { layOut, layoutWidth, shortenColumns, type Cell, type Rows } from "../terminal/table.ts";
import { wrap } from "../terminal/wrap.ts";

/** Between what is wanted and what is, where they differ. */
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
/** Columns that a narrow terminal goes without, the first one first. */
const DROPPED_FIRST = ["LAST EXIT", "RESTARTS", "PID", "DESIRED"] as const;
/** Names are cut to this before a column goes. */
const READABLE_NAME = 20;
/** Columns in front of what is said below a row. */
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

/** What a word for a state means. */
export function roleOf(is: string): Role {
  return ROLES[is] ?? "warn";
}

/** How a gateway ended last, in a few words: `crashed (exit 1) 2m ago`. */
function renderLastExit(exit: RecordedExit | null, takenAt: number): string {
  if (exit === null) return "-";
  const how = exit.signal === null ? `exit ${exit.code}` : `signal ${exit.signal}`;
  const ago = renderSeconds(Math.max(0, Math.round((takenAt - exit.at) / 1000)));
  return `${exit.meaning} (${how}) ${ago} ago`;
}

function wantedCell({ desired, stateFileError }: GatewaySnapshot): Cell {
  return stateFileError === null ? { text: desired ?? "-" } : { text: "?", role: "bad" };
}

function cellsOf(gateway: GatewaySnapshot, takenAt: number): readonly Cell[] {
  const { profile, state, drift, logError, logger, secondsInState, pid, restarts, lastExit } =
    gateway;
  const isMarked = drift !== null || logError !== null || logger === "down";
  const isCell: Cell = { text: state, role: drift === null ? roleOf(state) : "bad" };
  return [
    { text: profile },
    wantedCell(gateway),
    { text: isMarked ? "!" : "", role: "bad" },
    isCell,
    { text: secondsInState === null ? "-" : renderSeconds(secondsInState) },
    { text: pid === null ? "-" : String(pid) },
    { text: String(restarts) },
    { text: renderLastExit(lastExit, takenAt) },
  ];
}

/** What it means that the logger of a gateway is down. */
export const LOGGER_DOWN = "its logger is down: what it prints is kept nowhere";

/** What is to be said about a gateway in a sentence; null where its row says it all. */
function noteOf({
  drift,
  detail,
  stateFileError,
  logError,
  logger,
}: GatewaySnapshot): string | null {
  const unknown = stateFileError === null ? null : `what is wanted is not known: ${stateFileError}`;
  const about = [unknown, drift, detail].filter((part) => part !== null).join(": ");
  const silent = logger === "down" ? LOGGER_DOWN : "";
  const log = logError === null ? "" : `log: ${logError}`;
  return [about, silent, log].filter((part) => part !== "").join("; ") || null;
}

/** Shortens long names, then takes columns away until the rows fit, then shortens every name. */
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

/** Lines of rows; what is to be said about one is below it, indented and wrapped. */
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

/** `3 gateways: 1 ready, 2 down; 1 is not as wanted`. */
function renderSummary({ gateways }: Snapshot, { paint, width }: View): string {
  const counts = new Map<string, number>();
  for (const { state } of gateways) counts.set(state, (counts.get(state) ?? 0) + 1);
  const parts = [...counts].map(([is, count]) => `${count} ${is}`);
  const drifting = gateways.filter(({ drift }) => drift !== null).length;
  const verb = drifting === 1 ? "is" : "are";
  const trouble = `${drifting} ${verb} not as wanted`;
  const noun = gateways.length === 1 ? "gateway" : "gateways";
  const whole = `${gateways.length} ${noun}: ${parts.join(", ")}${drifting === 0 ? "" : `; ${trouble}`}`;
  const lines = width === null ? [whole] : wrap(whole, width);
  return `${lines.join("\n").replace(trouble, () => paint("bad", trouble))}\n`;
}

function isWell(gateway: GatewaySnapshot): boolean {
  const { drift, stateFileError, logError, logger, state } = gateway;
  if (state === "unknown" || state === "unsupervised" || state === "backoff" || isOverdue(gateway))
    return false;
  return drift === null && stateFileError === null && logError === null && logger !== "down";
}

/** Whether something is to be done that the doctor knows. */
function needsDoctor({ gateways, services, homeError }: Snapshot): boolean {
  return homeError !== null || !gateways.every(isWell) || services.some(({ ok }) => !ok);
}

/** The snapshot for a person. */
export function renderSnapshot(snapshot: Snapshot, view: View): string {
  const { paint } = view;
  const { homeError } = snapshot;
  const trouble = homeError === null ? "" : `${paint("bad", "!")} ${homeError}\n`;
  const booting = snapshot.booting ? ", booting: some gateways may be missing" : "";
  const title = `Manager: ${snapshot.manager}${booting}\n${paint("dim", `Home: ${snapshot.home}`)}\n${trouble}\n`;
  const services = renderServices(snapshot.services, view);
  const advice = needsDoctor(snapshot) ? "See `hermes doctor` for what to do\n" : "";
  return `${title}${services}${renderGateways(snapshot, view)}\n${renderSummary(snapshot, view)}${advice}`;
}

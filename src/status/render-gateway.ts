import { toPrintable } from "../core/printable.ts";
import type { RecordedExit } from "../gateway/record/exit.ts";
import { renderSeconds } from "./durations.ts";
import { LOGGER_DOWN, roleOf } from "./render.ts";
import type { GatewayReport } from "./gateway-report.ts";
import type { GatewaySnapshot } from "./snapshot.ts";
import type { View } from "../terminal/style.ts";
import { layOut, shortenColumns } from "../terminal/table.ts";
import { hang, wrap } from "../terminal/wrap.ts";

/** Number of exits that are shown, the newest first. */
const SHOWN_EXITS = 10;
const INDENT = 10;
/** Longest reported state that is shown: an external agent may write any text. */
const LONGEST_REPORTED_STATE = 80;

function exitCells(exit: RecordedExit): readonly string[] {
  const how = exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
  const ran =
    exit.ranMs === null ? "never ran" : `ran ${renderSeconds(Math.round(exit.ranMs / 1000))}`;
  const next =
    exit.backoffMs === null ? "stays down" : `again in ${(exit.backoffMs / 1000).toFixed(1)} s`;
  return [`  ${new Date(exit.at).toISOString().slice(0, 19)}Z`, how, ran, next];
}

function renderExits(exits: readonly RecordedExit[], { width, paint }: View): string {
  const shown = exits.slice(-SHOWN_EXITS).toReversed();
  if (shown.length === 0) return " none\n";
  const reasonBelow = width !== null;
  const rows = shown.map((exit) =>
    [...exitCells(exit), ...(reasonBelow ? [] : [exit.reason])].map((text) => ({ text })),
  );
  const lines = layOut(rows, paint).map((line, index) => {
    const reason = reasonBelow ? wrap(shown[index]?.reason ?? "", width - 4) : [];
    return [line, ...reason.map((part) => `    ${paint("dim", part)}`)].join("\n");
  });
  return `\n${lines.join("\n")}\n`;
}

/** Renders one gateway for people, with its last exits. */
export function renderGateway(gateway: GatewayReport, view: View): string {
  const { profile, state, failedBoots, since, secondsInState, pid, detail, drift } = gateway;
  const { desired, stateFileError, reportedState, logger, logError } = gateway;
  const { width, paint } = view;
  const fact = (label: string, text: string) => hang(label.padEnd(INDENT), text, width).join("\n");
  const fault = (label: string, text: string) => fact(label, `${paint("bad", "!")} ${text}`);
  const age = secondsInState === null ? "" : ` for ${renderSeconds(secondsInState)}`;
  const summary = `${state}${age}${pid === null ? "" : `, pid ${pid}`}${detail === null ? "" : `: ${detail}`}`;
  const role = drift === null ? roleOf(state) : "bad";
  const lines = [
    fact("Gateway:", profile),
    fact("Desired:", stateFileError === null ? (desired ?? "not set") : `? (${stateFileError})`),
    fact("State:", summary).replace(state, () => paint(role, state)),
    drift === null ? null : fault("Drift:", `the gateway ${drift}`),
    since === null ? null : fact("Since:", since),
    reportedState === null
      ? null
      : fact("Reported:", toPrintable(reportedState, LONGEST_REPORTED_STATE)),
    fact(
      "Crashes:",
      `${gateway.recentCrashes} in the last ten minutes, ${gateway.restarts} restarts`,
    ),
    failedBoots === 0
      ? null
      : fact("Boots:", `${failedBoots} in a row found that it had failed to start`),
    fact("Log:", gateway.log),
    logger === "down" ? fault("", LOGGER_DOWN) : null,
    logError === null ? null : fault("", logError),
  ].filter((line) => line !== null);
  return `${lines.join("\n")}\nLast exits:${renderExits(gateway.exitHistory, view)}`;
}

/** Renders the name, state and drift of each gateway, a line each; long names are cut for a terminal. */
export function renderList(gateways: readonly GatewaySnapshot[], { width, paint }: View): string {
  const rows = gateways.map(({ profile, state, drift }) => [
    { text: profile },
    { text: state, role: drift === null ? roleOf(state) : "bad" } as const,
    { text: drift ?? "" },
  ]);
  return layOut(width === null ? rows : shortenColumns(rows, [0], width), paint)
    .map((line) => `${line}\n`)
    .join("");
}

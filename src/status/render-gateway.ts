import { toPrintable } from "../core/printable.ts";
import type { RecordedExit } from "../gateway/record/exit.ts";
import { renderSeconds } from "./durations.ts";
import { LOGGER_DOWN, roleOf } from "./render.ts";
import type { GatewaySnapshot } from "./snapshot.ts";
import type { View } from "../terminal/style.ts";
import { layOut, shortenColumns } from "../terminal/table.ts";
import { hang, wrap } from "../terminal/wrap.ts";

/** Ends shown to a person, the newest first. */
const SHOWN_EXITS = 10;
const INDENT = 9;
/** What a gateway says of itself is a word; a stranger's may be anything. */
const LONGEST_SAYING = 80;

function exitCells(exit: RecordedExit): readonly string[] {
  const how = exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
  const ran =
    exit.ranMs === null ? "not yet run" : `ran ${renderSeconds(Math.round(exit.ranMs / 1000))}`;
  const next =
    exit.delayMs === null ? "stays down" : `again in ${(exit.delayMs / 1000).toFixed(1)} s`;
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

/** One gateway in detail. */
export interface GatewayReport extends GatewaySnapshot {
  /** Boots in a row that found that it had failed to start. */
  readonly failedBoots: number;
  /** Where s6-log writes its output. */
  readonly log: string;
  /** Its last ends, oldest first. */
  readonly history: readonly RecordedExit[];
}

/** One gateway for a person, with its last ends. */
export function renderGateway(gateway: GatewayReport, view: View): string {
  const { profile, is, failedBoots, since, secondsInState, pid, detail, drift, stateTrouble } =
    gateway;
  const { width, paint } = view;
  const fact = (label: string, text: string) => hang(label.padEnd(INDENT), text, width).join("\n");
  const age = secondsInState === null ? "" : ` for ${renderSeconds(secondsInState)}`;
  const state = `${is}${age}${pid === null ? "" : `, pid ${pid}`}${detail === null ? "" : `: ${detail}`}`;
  const lines = [
    fact("Gateway:", profile),
    fact(
      "Wanted:",
      stateTrouble === null ? (gateway.wanted ?? "nobody said") : `? (${stateTrouble})`,
    ),
    fact("Is:", state).replace(is, () => paint(drift === null ? roleOf(is) : "bad", is)),
    ...(drift === null ? [] : [fact("Drift:", `${paint("bad", "!")} the gateway ${drift}`)]),
    ...(since === null ? [] : [fact("Since:", since)]),
    ...(gateway.says === null ? [] : [fact("Says:", toPrintable(gateway.says, LONGEST_SAYING))]),
    fact("Crashes:", `${gateway.crashes} that count, ${gateway.restarts} restarts`),
    ...(failedBoots === 0
      ? []
      : [fact("Boots:", `${failedBoots} in a row found that it failed to start`)]),
    fact("Log:", gateway.log),
    ...(gateway.logger === "down" ? [fact("", `${paint("bad", "!")} ${LOGGER_DOWN}`)] : []),
    ...(gateway.logTrouble === null
      ? []
      : [fact("", `${paint("bad", "!")} ${gateway.logTrouble}`)]),
  ];
  return `${lines.join("\n")}\nLast ends:${renderExits(gateway.history, view)}`;
}

/** Every gateway's name and state, a line each; long names are cut for a terminal. */
export function renderList(gateways: readonly GatewaySnapshot[], { width, paint }: View): string {
  const rows = gateways.map(({ profile, is, drift }) => [
    { text: profile },
    { text: is, role: drift === null ? roleOf(is) : "bad" } as const,
    { text: drift ?? "" },
  ]);
  return layOut(width === null ? rows : shortenColumns(rows, [0], width), paint)
    .map((line) => `${line}\n`)
    .join("");
}

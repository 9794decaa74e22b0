import type { RecordedExit } from "../profiles/exit.ts";
import { renderSeconds, renderTable } from "./render.ts";
import type { GatewaySnapshot } from "./snapshot.ts";

/** Ends shown to a person, the newest first. */
const SHOWN_EXITS = 10;

function renderExit(exit: RecordedExit): readonly string[] {
  const how = exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
  const ran =
    exit.ranMs === null ? "not yet run" : `ran ${renderSeconds(Math.round(exit.ranMs / 1000))}`;
  const next =
    exit.delayMs === null ? "stays down" : `again in ${(exit.delayMs / 1000).toFixed(1)} s`;
  const when = `${new Date(exit.at).toISOString().slice(0, 19)}Z`;
  return [`  ${when}`, how, ran, next, exit.reason];
}

/** One gateway in detail. */
export interface GatewayReport extends GatewaySnapshot {
  /** Boots in a row that found that it had failed to start. */
  readonly failedBoots: number;
  /** Its last ends, oldest first. */
  readonly history: readonly RecordedExit[];
}

/** One gateway for a person, with its last ends. */
export function renderGateway(gateway: GatewayReport): string {
  const { failedBoots } = gateway;
  const detail = gateway.detail === null ? "" : `: ${gateway.detail}`;
  const since =
    gateway.secondsInState === null ? "" : ` for ${renderSeconds(gateway.secondsInState)}`;
  const pid = gateway.pid === null ? "" : `, pid ${gateway.pid}`;
  const lines = [
    `Gateway: ${gateway.profile}`,
    `Wanted:  ${gateway.wanted ?? "nobody said"}`,
    `Is:      ${gateway.is}${since}${pid}${detail}`,
    `Crashes: ${gateway.crashes} that count`,
    ...(failedBoots === 0
      ? []
      : [`Boots:   ${failedBoots} in a row found that it failed to start`]),
  ];
  const shown = gateway.history.slice(-SHOWN_EXITS).toReversed();
  const exits = shown.length === 0 ? " none\n" : `\n${renderTable(shown.map(renderExit))}`;
  return `${lines.join("\n")}\nLast ends:${exits}`;
}

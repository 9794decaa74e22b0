import type { GatewaySnapshot, Snapshot } from "./snapshot.ts";

/** Seconds as a person says them: `12s`, `3m`, `2h 5m`, `4d 1h`. */
export function renderSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h ${minutes % 60}m`;
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

/** Columns padded to their widest cell, two spaces apart. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, cell.length);
    }
  }
  const line = (row: readonly string[]) =>
    row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ");
  return rows.map((row) => `${line(row).trimEnd()}\n`).join("");
}

function rowOf(gateway: GatewaySnapshot): readonly string[] {
  return [
    gateway.profile,
    gateway.wanted ?? "-",
    gateway.is,
    gateway.secondsInState === null ? "-" : renderSeconds(gateway.secondsInState),
    gateway.pid === null ? "-" : String(gateway.pid),
    gateway.crashes === 0 ? "" : String(gateway.crashes),
    gateway.detail ?? "",
  ];
}

/** The snapshot for a person. */
export function renderSnapshot(snapshot: Snapshot): string {
  const head = ["PROFILE", "WANTED", "IS", "FOR", "PID", "CRASHES", "WHY"];
  const table = renderTable([head, ...snapshot.gateways.map(rowOf)]);
  return `Manager: ${snapshot.manager}\nHome: ${snapshot.home}\n\n${table}`;
}

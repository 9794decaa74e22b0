import type { View } from "../terminal/style.ts";
import { hang } from "../terminal/wrap.ts";
import type { Examination, NamedFinding, RepairOutcome } from "./examine.ts";
import { count, listNames } from "./finding.ts";

const SIGNS = { problem: "✗", warning: "!", ok: "✓" } as const;
const ROLES = { problem: "bad", warning: "warn", ok: "good" } as const;
const LABEL = 8;

function renderFinding(finding: NamedFinding, { width, paint }: View): string {
  const { severity, title, message } = finding;
  const sign = paint(ROLES[severity], SIGNS[severity]);
  const first = hang(`${sign} `, `${title}: ${message}`, width)
    .join("\n")
    .replace(title, () => paint("strong", title));
  if (finding.severity === "ok") return `${first}\n`;
  const row = (label: string, text: string) =>
    hang(`    ${paint("dim", label.padEnd(LABEL))}`, text, width).join("\n");
  return `${first}\n${row("Cause:", finding.cause)}\n${row("Remedy:", finding.remedy)}\n`;
}

/** Renders the last line: the number of problems, warnings and passed checks. */
export function summarize(findings: readonly NamedFinding[]): string {
  const of = (severity: NamedFinding["severity"]) =>
    findings.filter((finding) => finding.severity === severity).length;
  const [problems, warnings, passed] = [of("problem"), of("warning"), of("ok")];
  const faults = [
    ...(problems === 0 ? [] : [count(problems, "problem")]),
    ...(warnings === 0 ? [] : [count(warnings, "warning")]),
  ].join(", ");
  return `${faults || "No problems"}; ${count(passed, "check")} passed`;
}

/** Renders the report for people: the repairs, the findings and their numbers. */
export function renderReport(
  { manager, gateways, findings }: Examination,
  repairs: readonly RepairOutcome[],
  view: View,
): string {
  const { paint, width } = view;
  const repaired = repairs.map(({ action, error, message }) =>
    error === null
      ? hang(`${paint("good", "✓")} `, `Repaired: ${action}`, width).join("\n")
      : hang(`${paint("bad", "✗")} `, `Not repaired: ${message}: ${error}`, width).join("\n"),
  );
  const fixable = findings.filter((one) => one.severity !== "ok" && one.repair !== null).length;
  const offer =
    fixable === 0 || repairs.length > 0
      ? ""
      : `${paint("strong", "hermes doctor --fix")} repairs ${fixable} of them\n`;
  const head = repaired.length === 0 ? "" : `${repaired.join("\n")}\n\n`;
  const names = gateways.up.length === 0 ? "" : `: ${listNames(gateways.up)}`;
  const counts = `${gateways.up.length} of ${gateways.total} up${names}`;
  const up = hang("Gateways: ", counts, width).join("\n");
  return `Manager: ${manager}\n${up}\n\n${head}${findings.map((one) => renderFinding(one, view)).join("")}\n${summarize(findings)}\n${offer}`;
}

import { expect, test } from "bun:test";
import type { Examination, NamedFinding } from "../../../src/doctor/examine.ts";
import { renderReport, summarize } from "../../../src/doctor/render.ts";
import { PLAIN_VIEW } from "../../support/plain-view.ts";
import { visiblePaint } from "../../support/snapshots.ts";

const report = (findings: readonly NamedFinding[]): Examination => ({
  manager: "s6 (container supervisor)",
  gateways: { up: ["coder"], total: 2 },
  findings,
});
const HEAD = ["Manager: s6 (container supervisor)", "Gateways: 1 of 2 up: coder", ""];

const OK: NamedFinding = { check: "disk", title: "Disk space", severity: "ok", message: "enough" };
const PROBLEM: NamedFinding = {
  check: "slots",
  title: "Slots",
  severity: "problem",
  message: "profile 'coder' has no slot",
  cause: "s6 does not know its gateway, and cannot start it",
  remedy: "`hermes -p coder gateway start` registers and starts it",
  repair: { action: "registered gateway 'coder', down", run: async () => undefined },
};
const WARNING: NamedFinding = { ...PROBLEM, severity: "warning", repair: null };

test("renderReport() shows the message, the cause and the remedy of a finding", () => {
  expect(renderReport(report([PROBLEM, OK]), [], PLAIN_VIEW)).toBe(
    [
      ...HEAD,
      "✗ Slots: profile 'coder' has no slot",
      "    Cause:  s6 does not know its gateway, and cannot start it",
      "    Remedy: `hermes -p coder gateway start` registers and starts it",
      "✓ Disk space: enough",
      "",
      "1 problem; 1 check passed",
      "hermes doctor --fix repairs 1 of them",
      "",
    ].join("\n"),
  );
});

test("renderReport() shows the repairs first", () => {
  const outcome = {
    check: "slots",
    message: "profile 'coder' has no slot",
    action: "registered gateway 'coder', down",
  };
  const repairs = [
    { ...outcome, error: null },
    { ...outcome, error: "s6-svscan has no place left" },
  ];
  expect(renderReport(report([OK]), repairs, PLAIN_VIEW)).toBe(
    [
      ...HEAD,
      "✓ Repaired: registered gateway 'coder', down",
      "✗ Not repaired: profile 'coder' has no slot: s6-svscan has no place left",
      "",
      "✓ Disk space: enough",
      "",
      "No problems; 1 check passed",
      "",
    ].join("\n"),
  );
});

test("renderReport() fits a terminal", () => {
  for (const width of [40, 60, 80]) {
    const lines = renderReport(report([PROBLEM, WARNING, OK]), [], { ...PLAIN_VIEW, width }).split(
      "\n",
    );
    expect(Math.max(...lines.map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(width);
  }
});

test("renderReport() paints each severity in its colour", () => {
  const text = renderReport(report([PROBLEM, WARNING, OK]), [], {
    width: null,
    paint: visiblePaint,
  });
  expect(text).toContain("<bad:✗> <strong:Slots>");
  expect(text).toContain("<warn:!> <strong:Slots>");
  expect(text).toContain("<good:✓> <strong:Disk space>");
});

test.each([
  [[OK], "No problems; 1 check passed"],
  [[PROBLEM, PROBLEM, WARNING, OK, OK], "2 problems, 1 warning; 2 checks passed"],
  [[WARNING, WARNING], "2 warnings; 0 checks passed"],
])("summarize() %#", (findings, line) => {
  expect(summarize(findings)).toBe(line);
});

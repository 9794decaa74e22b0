import { createAgentDiagnosis } from "../../agent/diagnosis.ts";
import { renderJson } from "../../core/json.ts";
import { ExitCode } from "../../core/errors.ts";
import { examine, repairAll, type NamedFinding } from "../../doctor/examine.ts";
import { renderReport } from "../../doctor/render.ts";
import type { App } from "../app.ts";
import { command, type Command, type Example } from "../command.ts";
import { requireNamedGateway } from "../require-gateway.ts";
import { createView } from "../view.ts";

const ARGS = {
  json: { type: "boolean", description: "Print JSON (docs/doctor-json.md)" },
  fix: {
    type: "boolean",
    description: "Repair what can be repaired without harm, then check again",
  },
} as const;

const EXAMPLES: readonly Example[] = [
  ["hermes doctor", "Every problem, its cause and its remedy"],
  ["hermes doctor --fix", "Repair what is safe to repair, then check again"],
  ["hermes doctor --json", "The same for programs"],
];

function describe(finding: NamedFinding) {
  const { check, title, severity, message } = finding;
  const { cause, remedy, repair } =
    finding.severity === "ok" ? { cause: null, remedy: null, repair: null } : finding;
  return { check, title, severity, message, cause, remedy, fixable: repair !== null };
}

/**
 * `hermes doctor`: runs every check; exit 0 if there is no problem, 3 if there is one, 4 for a `-p` that is no profile.
 */
export function doctor(app: App): Command {
  return command(ARGS, EXAMPLES, async ({ json, fix }) => {
    const { host, home } = app;
    await requireNamedGateway(app);
    const parts = {
      host,
      root: home.root,
      agent: createAgentDiagnosis(host),
      gateways: await (fix ? app.gatewaysAfterBoot() : app.gateways()),
    };
    const before = await examine(parts);
    const repairs = fix ? await repairAll(host, before.findings) : [];
    const examination = repairs.length > 0 ? await examine(parts) : before;
    const { manager, gateways, findings } = examination;
    const healthy = findings.every(({ severity }) => severity !== "problem");
    if (json) {
      const report = {
        version: 2,
        healthy,
        manager,
        gateways,
        repairs,
        findings: findings.map(describe),
      };
      host.output.result(renderJson(report));
    } else host.output.result(renderReport(examination, repairs, await createView(host)));
    return healthy ? ExitCode.done : ExitCode.notRunning;
  });
}

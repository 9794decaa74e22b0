import { basename } from "node:path";
import { setupCommand } from "../profiles/paths.ts";
import { roleOf } from "../status/render.ts";
import type { View } from "../terminal/style.ts";
import { hang } from "../terminal/wrap.ts";
import type { ProfileReport } from "./commands/profile-show.ts";

const INDENT = 11;

/** One profile for a person. */
export function renderProfile(report: ProfileReport, { width, paint }: View): string {
  const { name, current, directory, gateway, alias, model, problem, contents } = report;
  const fact = (label: string, text: string | null) =>
    text === null ? [] : hang(`${label}:`.padEnd(INDENT), text, width);
  const { is, wanted, stateTrouble, drift, detail, pid } = gateway;
  const state = `${is}${pid === null ? "" : `, pid ${pid}`}${detail === null ? "" : `: ${detail}`}`;
  const role = drift === null ? roleOf(is) : "bad";
  const counts = Object.entries(contents).map(([content, count]) => `${content} ${count}`);
  const settings = [
    ...fact("Listens", report.listens ?? "on its Unix socket only"),
    ...fact(
      "Model",
      model === null ? `none: \`${setupCommand(directory)}\`` : `${model.name} at ${model.baseUrl}`,
    ),
  ];
  const lines = [
    ...fact("Profile", `${name}${current ? " (current)" : ""}`),
    ...fact("Directory", directory),
    ...fact("Soul", report.soul),
    ...fact("Gateway", state).map((line) => line.replace(is, () => paint(role, is))),
    ...fact("Wanted", stateTrouble === null ? (wanted ?? "nobody said") : `? (${stateTrouble})`),
    ...fact("Drift", drift === null ? null : `! the gateway ${drift}`),
    ...(problem === null ? settings : []),
    ...fact("Problem", problem).map((line) => paint("bad", line)),
    ...fact("Alias", alias),
    ...fact("Settings", report.files.map((path) => basename(path)).join(", ") || "none"),
    ...fact("Contents", counts.join(", ")),
    ...fact("Log", report.log),
  ];
  return `${lines.join("\n")}\n`;
}

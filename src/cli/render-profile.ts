import { basename } from "node:path";
import { setupCommand } from "../profiles/paths.ts";
import { roleOf } from "../status/render.ts";
import type { View } from "../terminal/style.ts";
import { hang } from "../terminal/wrap.ts";
import type { ProfileReport } from "./commands/profile-show.ts";

const INDENT = 11;

/** One profile for a person. */
export function renderProfile(report: ProfileReport, { width, paint }: View): string {
  const { name, current, directory, gateway, alias, model, configError, contents } = report;
  const fact = (label: string, text: string | null) =>
    text === null ? [] : hang(`${label}:`.padEnd(INDENT), text, width);
  const { state, desired, stateFileError, drift, detail, pid } = gateway;
  const summary = `${state}${pid === null ? "" : `, pid ${pid}`}${detail === null ? "" : `: ${detail}`}`;
  const role = drift === null ? roleOf(state) : "bad";
  const counts = Object.entries(contents).map(([content, count]) => `${content} ${count}`);
  const settings = [
    ...fact("Listens", report.listenAddress ?? "on its Unix socket only"),
    ...fact(
      "Model",
      model === null ? `none: \`${setupCommand(directory)}\`` : `${model.name} at ${model.baseUrl}`,
    ),
  ];
  const lines = [
    ...fact("Profile", `${name}${current ? " (current)" : ""}`),
    ...fact("Directory", directory),
    ...fact("Soul", report.soul),
    ...fact("Gateway", summary).map((line) => line.replace(state, () => paint(role, state))),
    ...fact("Desired", stateFileError === null ? (desired ?? "not set") : `? (${stateFileError})`),
    ...fact("Drift", drift === null ? null : `! the gateway ${drift}`),
    ...(configError === null ? settings : []),
    ...fact("Error", configError).map((line) => paint("bad", line)),
    ...fact("Alias", alias),
    ...fact("Settings", report.files.map((path) => basename(path)).join(", ") || "none"),
    ...fact("Contents", counts.join(", ")),
    ...fact("Log", report.log),
  ];
  return `${lines.join("\n")}\n`;
}

import type { ArgsDef } from "citty";
import { aliasesOf } from "./strict-arguments.ts";
import type { Table } from "./table.ts";

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd()).join("\n");
}

/** The help of a group of commands. */
export function renderGroupHelp(path: readonly string[], children: Table): string {
  const rows = Object.entries(children).map(([name, { summary }]) => [name, summary] as const);
  const program = path.join(" ");
  const profile =
    path[0] === "hermes"
      ? "\n\nFlags:\n  -p, --profile NAME  Act for this profile instead of the current one"
      : "";
  return `Usage: ${program} <command>\n\nCommands:\n${columns(rows)}${profile}\n\nMore: ${program} <command> --help\n`;
}

/** The help of one command, from the same definitions that parse its arguments. */
export function renderCommandHelp(path: readonly string[], summary: string, args: ArgsDef): string {
  const places: string[] = [];
  const rows: [string, string][] = [];
  for (const [name, definition] of Object.entries(args)) {
    const description = definition.description ?? "";
    if (definition.type === "positional") {
      const word = name.toUpperCase();
      places.push(definition.required === false ? `[${word}]` : word);
      rows.push([word, description]);
      continue;
    }
    const short = aliasesOf(definition)
      .filter((alias) => alias.length === 1)
      .map((alias) => `-${alias}, `);
    const value = definition.type === "string" ? ` ${definition.valueHint ?? "VALUE"}` : "";
    rows.push([`${short.join("")}--${name}${value}`, description]);
  }
  const usage = [path.join(" "), ...places, ...(rows.length > places.length ? ["[flags]"] : [])];
  const details = rows.length === 0 ? "" : `\n\n${columns(rows)}`;
  return `${summary}\n\nUsage: ${usage.join(" ")}${details}\n`;
}

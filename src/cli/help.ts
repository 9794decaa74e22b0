import type { ArgsDef } from "citty";
import { listFlags, listPlaces } from "./arguments.ts";
import type { Group } from "./command-table.ts";
import type { Command, Example } from "./command.ts";
import { GLOBAL_FLAGS } from "./global-flags.ts";
import { fitsBeside, renderColumns, TEXT_WIDTH } from "../terminal/table.ts";
import { wrap } from "../terminal/wrap.ts";
import { PLAIN, type TerminalStyle } from "../terminal/style.ts";

/** The parts of a command's help. */
type CommandHelp = Pick<Command, "args" | "examples"> & { readonly summary: string };

/** A place or a flag as it is typed, with what it means. */
export type ArgumentRow = readonly [left: string, right: string];

/** The words behind a command in its usage: `NAME` or `[NAME]` for each place, and `[FLAGS]`. */
export function usageWords(args: ArgsDef): readonly string[] {
  const places = listPlaces(args).map(({ hint, isRequired }) => (isRequired ? hint : `[${hint}]`));
  return listFlags(args).length === 0 ? places : [...places, "[FLAGS]"];
}

/** The places of a command, with what they mean. */
export function placeRows(args: ArgsDef): readonly ArgumentRow[] {
  return listPlaces(args).map(({ hint, summary }) => [hint, summary]);
}

/** The flags of a command as they are typed: `-y, --yes`, `    --lines N`. */
export function flagRows(args: ArgsDef): readonly ArgumentRow[] {
  return listFlags(args).map(({ name, short, hint, summary }) => {
    const lead = short === null ? "    " : `-${short}, `;
    return [`${lead}--${name}${hint === null ? "" : ` ${hint}`}`, summary];
  });
}

function section(
  title: string,
  rows: readonly ArgumentRow[],
  { bold, cyan }: TerminalStyle,
): string {
  return rows.length === 0 ? "" : `\n\n${bold(`${title}:`)}\n${renderColumns(rows, cyan)}`;
}

/** Renders examples beside their descriptions, or all descriptions above their examples if one example is too long. */
function exampleSection(examples: readonly Example[], style: TerminalStyle): string {
  if (examples.every(([line]) => fitsBeside(line))) return section("Examples", examples, style);
  const lines = examples.flatMap(([line, does]) => [
    `  ${style.cyan(line)}`,
    ...wrap(does, TEXT_WIDTH - 6).map((part) => `      ${part}`),
  ]);
  return `\n\n${style.bold("Examples:")}\n${lines.join("\n")}`;
}

function intro(summary: string, examples: readonly Example[], style: TerminalStyle): string {
  return `${wrap(summary, TEXT_WIDTH).join("\n")}${exampleSection(examples, style)}`;
}

/** The flags that every command takes; those of the image's scripts take none of them. */
function globalSection(path: readonly string[], style: TerminalStyle): string {
  return path[0] === "hermes" ? section("Every command takes", flagRows(GLOBAL_FLAGS), style) : "";
}

/** The help of a group of commands. */
export function renderGroupHelp(
  path: readonly string[],
  { summary, examples, children }: Group,
  style: TerminalStyle = PLAIN,
): string {
  const rows = Object.entries(children).map(([name, child]) => [name, child.summary] as const);
  const program = path.join(" ");
  return [
    intro(summary, examples, style),
    `\n\n${style.bold("Usage:")} ${program} COMMAND`,
    section("Commands", rows, style),
    globalSection(path, style),
    `\n\nMore: ${program} COMMAND --help\n`,
  ].join("");
}

/** The help of one command, from the same definitions that parse its arguments. */
export function renderCommandHelp(
  path: readonly string[],
  { summary, args, examples }: CommandHelp,
  style: TerminalStyle = PLAIN,
): string {
  return [
    intro(summary, examples, style),
    `\n\n${style.bold("Usage:")} ${[...path, ...usageWords(args)].join(" ")}`,
    section("Arguments", placeRows(args), style),
    section("Flags", flagRows(args), style),
    globalSection(path, style),
    "\n",
  ].join("");
}

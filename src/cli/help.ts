import type { ArgsDef } from "citty";
import type { Example } from "./command-type.ts";
import { GLOBAL_FLAGS } from "./global-flags.ts";
import { fitsBeside, renderColumns, TEXT_WIDTH } from "../terminal/table.ts";
import { wrap } from "../terminal/wrap.ts";
import { aliasesOf } from "./strict-arguments.ts";
import { PLAIN, type TerminalStyle } from "../terminal/style.ts";
import type { Table } from "./command-table.ts";

/** The words that `hermes --help` begins with. */
export const HERMES_ABOUT = {
  summary: "Hermes: profiles of an agent, and their gateways under supervision",
  examples: [
    ["hermes setup", "Choose the model that answers, and try it"],
    ["hermes", "Talk to the current profile, on a terminal"],
    ["hermes profile create coder", "Make a profile; its gateway is registered, down"],
    ["hermes -p coder gateway start", "Start its gateway and wait until it is ready"],
    ["hermes status", "The desired state and the state of every gateway"],
  ],
} as const satisfies { readonly summary: string; readonly examples: readonly Example[] };

/** The parts of a command's help. */
export interface CommandHelp {
  readonly summary: string;
  readonly args: ArgsDef;
  readonly examples: readonly Example[];
}

/** The parts of the help of a group of commands. */
export interface GroupHelp {
  readonly summary: string;
  readonly examples: readonly Example[];
  readonly children: Table;
}

/** A place or a flag as it is typed, with what it means. */
export type ArgumentRow = readonly [left: string, right: string];

/**
 * Returns the positional arguments of a command, in order: `NAME`, or `[NAME]` if it may be left out.
 */
export function placesOf(
  args: ArgsDef,
): readonly { readonly word: string; readonly row: ArgumentRow }[] {
  return Object.entries(args).flatMap(([name, definition]) => {
    if (definition.type !== "positional") return [];
    const word = definition.valueHint ?? name.toUpperCase();
    const shown = definition.required === false ? `[${word}]` : word;
    return [{ word: shown, row: [word, definition.description ?? ""] as const }];
  });
}

/** The flags of a command as they are typed: `-y, --yes`, `    --lines N`. */
export function flagRows(args: ArgsDef): readonly ArgumentRow[] {
  return Object.entries(args).flatMap(([name, definition]) => {
    if (definition.type === "positional") return [];
    const short = aliasesOf(definition).find((alias) => alias.length === 1);
    const value =
      definition.type === "string" || definition.type === "enum"
        ? ` ${definition.valueHint ?? "VALUE"}`
        : "";
    const lead = short === undefined ? "    " : `-${short}, `;
    return [[`${lead}--${name}${value}`, definition.description ?? ""] as const];
  });
}

function section(
  title: string,
  rows: readonly ArgumentRow[],
  { bold, cyan }: TerminalStyle,
): string {
  return rows.length === 0 ? "" : `\n\n${bold(`${title}:`)}\n${renderColumns(rows, cyan)}`;
}

/**
 * Renders examples beside their descriptions, or all descriptions above their examples if one example is too long.
 */
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
  { summary, examples, children }: GroupHelp,
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
  const places = placesOf(args);
  const flags = flagRows(args);
  const usage = [
    path.join(" "),
    ...places.map(({ word }) => word),
    ...(flags.length > 0 ? ["[FLAGS]"] : []),
  ];
  return [
    intro(summary, examples, style),
    `\n\n${style.bold("Usage:")} ${usage.join(" ")}`,
    section(
      "Arguments",
      places.map(({ row }) => row),
      style,
    ),
    section("Flags", flags, style),
    globalSection(path, style),
    "\n",
  ].join("");
}

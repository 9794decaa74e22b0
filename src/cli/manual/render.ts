import type { Example } from "../command.ts";
import { listNodes, type CommandNode } from "../describe.ts";
import { GLOBAL_FLAGS } from "../global-flags.ts";
import { flagRows, placeRows, usageWords } from "../help.ts";
import { ENVIRONMENT, EXIT_STATUS, FILES } from "./facts.ts";
import { bold, escapeText, italic, renderParagraph, renderTerm } from "./roff.ts";

/** A flag as it is typed, its value in italics: `-n, --lines N`. */
function flagTerm(spelling: string): string {
  const [flags = "", value] = spelling.trim().split(/ (?!-)/);
  return value === undefined ? bold(flags) : `${bold(flags)} ${italic(value)}`;
}

function renderFlags(args: CommandNode["args"]): readonly string[] {
  return flagRows(args).flatMap(([spelling, meaning]) => renderTerm(flagTerm(spelling), meaning));
}

function renderExamples(examples: readonly Example[]): readonly string[] {
  return examples.flatMap(([line, does]) => [
    ".PP",
    ...renderParagraph(`${does}:`),
    ".PP",
    ".RS 4",
    ".nf",
    escapeText(line),
    ".fi",
    ".RE",
  ]);
}

function renderCommand({ path, summary, args, examples }: CommandNode): readonly string[] {
  const title = [bold(`hermes ${path.join(" ")}`), ...usageWords(args).map(italic)].join(" ");
  return [
    `.SS ${title}`,
    ...renderParagraph(`${summary}.`),
    ...placeRows(args).flatMap(([word, meaning]) => renderTerm(italic(word), meaning)),
    ...renderFlags(args),
    ...renderExamples(examples),
  ];
}

const section = (title: string, rows: readonly (readonly [string, string])[]) => [
  `.SH ${title}`,
  ...rows.flatMap(([term, meaning]) => renderTerm(bold(term), meaning)),
];

/** The manual page hermes(1), as man(7) has it. `date` is `2026-11-20`. */
export function renderManual(root: CommandNode, version: string, date: string): string {
  const commands = listNodes(root).filter(
    ({ path, children }) => path.length > 0 && children.length === 0,
  );
  const [name = "", about = ""] = root.summary.split(": ");
  return [
    String.raw`.\" Made by hermes man from the definitions of the commands.`,
    `.TH HERMES 1 ${date} "hermes ${escapeText(version)}" "User Commands"`,
    ".SH NAME",
    `${name.toLowerCase()} \\- ${escapeText(about)}`,
    ".SH SYNOPSIS",
    `${bold("hermes")} [${bold("-p")} ${italic("NAME")}] ${italic("COMMAND")} [${italic("FLAGS")}]`,
    ".SH DESCRIPTION",
    ...renderParagraph(
      "A profile is a persona of the agent, with its configuration and its memory. Each profile can run a gateway, a long-lived process that the service manager keeps alive: s6 in the container. A command acts for the profile that -p names, else for the one it is called by (a link named after a profile), else for the one that HERMES_HOME names, else for the one that was chosen with profile use, else for default.",
    ),
    ".SH OPTIONS",
    "Every command takes these.",
    ...renderFlags(GLOBAL_FLAGS),
    ".SH COMMANDS",
    ...commands.flatMap(renderCommand),
    ...section('"EXIT STATUS"', EXIT_STATUS),
    ...section("ENVIRONMENT", ENVIRONMENT),
    ...section("FILES", FILES),
    ".SH EXAMPLES",
    ...renderExamples(root.examples).slice(1),
    "",
  ].join("\n");
}

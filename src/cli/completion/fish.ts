import {
  GLOBAL_SPELLINGS,
  listSteps,
  listValueFlags,
  type CompletionState,
  type Value,
} from "./model.ts";

const quote = (text: string) =>
  `'${text.replaceAll("\\", "\\\\").replaceAll("'", String.raw`\'`)}'`;

function pattern(path: string | null, word: string): string {
  return quote(path === null ? `*|${word}` : `${path}|${word}`);
}

/** Commands that print what can stand here, a candidate a line. */
function offer(value: Value): string {
  if (value.kind === "profile") return "$program profile list --names 2>/dev/null";
  if (value.kind === "choice") return `printf '%s\\n' ${value.options.map(quote).join(" ")}`;
  return "true";
}

function print(rows: readonly (readonly [word: string, summary: string])[]): string {
  return `printf '%s\\t%s\\n' ${rows.flat().map(quote).join(" ")}`;
}

const branch = (patterns: readonly string[], commands: string) => [
  `            case ${patterns.join(" ")}`,
  `                ${commands}`,
];

const flagRows = (flags: CompletionState["flags"]) =>
  print(flags.map(({ spelling, summary }) => [spelling, summary] as const));

/** A script that completes `hermes` in fish. */
export function renderFish(states: readonly CompletionState[]): string {
  const valueFlags = listValueFlags(states);
  const groups = states.filter(({ words }) => words.length > 0);
  const inner = listSteps(states).map(({ path, word }) => pattern(path, word));
  return [
    "# Completes hermes in fish. Load it with: hermes completion fish | source",
    "function __hermes_values",
    "    set -l program $argv[1]",
    "    switch $argv[2]",
    ...valueFlags.flatMap(({ path, spelling, value }) =>
      branch([pattern(path, spelling)], offer(value)),
    ),
    "    end",
    "end",
    "function __hermes_complete",
    "    set -l tokens (commandline -opc)",
    "    set -l current (commandline -ct)",
    "    set -l program $tokens[1]",
    "    set -l at ''",
    "    set -l flag ''",
    "    set -l places 0",
    "    for word in $tokens[2..]",
    '        if test -n "$flag"',
    "            set flag ''",
    "            continue",
    "        end",
    '        switch "$at|$word"',
    ...branch(
      valueFlags.map(({ path, spelling }) => pattern(path, spelling)),
      "set flag $word",
    ),
    ...branch(["'*|-*'", "'|help'"], "true"),
    ...branch(inner, 'set at (string trim -- "$at $word")'),
    ...branch(["'*'"], "set places (math $places + 1)"),
    "        end",
    "    end",
    '    if test -n "$flag"',
    '        __hermes_values $program "$at|$flag"',
    "    else if string match -q -- '--*=*' \"$current\"",
    "        set flag (string split -m 1 = -- $current)[1]",
    '        for value in (__hermes_values $program "$at|$flag")',
    "            echo $flag=$value",
    "        end",
    "    else if string match -q -- '-*' \"$current\"",
    `        ${flagRows(GLOBAL_SPELLINGS)}`,
    '        switch "$at"',
    ...states
      .filter(({ flags }) => flags.length > 0)
      .flatMap(({ path, flags }) => branch([quote(path)], flagRows(flags))),
    "        end",
    "    else",
    '        switch "$at|$places"',
    ...groups.flatMap(({ path, words }) =>
      branch(
        [pattern(path, "0")],
        print(words.map(({ word, summary }) => [word, summary] as const)),
      ),
    ),
    ...states.flatMap(({ path, places }) =>
      places.flatMap((value, index) => branch([pattern(path, String(index))], offer(value))),
    ),
    "        end",
    "    end",
    "end",
    "complete -c hermes -e",
    "complete -c hermes -f -a '(__hermes_complete)'",
    "",
  ].join("\n");
}

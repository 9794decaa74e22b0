import {
  GLOBAL_SPELLINGS,
  listSteps,
  listValueFlags,
  type CompletionState,
  type Value,
} from "./model.ts";
import { pattern, quote } from "./quoting.ts";

/** The command that sets `candidates`. */
function candidates(value: Value): string {
  if (value.kind === "profile") return 'candidates=$("$1" profile list --names 2>/dev/null)';
  if (value.kind === "choice") return `candidates=${quote(value.options.join(" "))}`;
  return ":";
}

const branch = (patterns: readonly string[], commands: string) =>
  `      ${patterns.join(" | ")}) ${commands} ;;`;

/** A script that completes `hermes` in bash, without the package bash-completion. */
export function renderBash(states: readonly CompletionState[]): string {
  const valueFlags = listValueFlags(states);
  const groups = states.filter(({ words }) => words.length > 0);
  const inner = listSteps(states).map(({ path, word }) => pattern(path, word));
  const everywhere = GLOBAL_SPELLINGS.map(({ spelling }) => spelling);
  return [
    "# Completes hermes in bash. Load it with: source <(hermes completion bash)",
    "_hermes() {",
    "  local current=${COMP_WORDS[COMP_CWORD]} at='' flag='' candidates='' word i",
    "  local -i places=0",
    "  COMPREPLY=()",
    "  for ((i = 1; i < COMP_CWORD; i++)); do",
    "    word=${COMP_WORDS[i]}",
    // bash takes `--color=never` apart into three words.
    "    if [[ -n $flag ]]; then",
    "      [[ $word == = ]] || flag=''",
    "      continue",
    "    fi",
    '    case "$at|$word" in',
    branch(
      valueFlags.map(({ path, spelling }) => pattern(path, spelling)),
      "flag=$word",
    ),
    branch(["*'|-'*", "'|help'"], ""),
    branch(inner, "at=${at:+$at }$word"),
    branch(["*"], "places+=1"),
    "    esac",
    "  done",
    "  [[ $current != = ]] || current=''",
    "  if [[ -n $flag ]]; then",
    '    case "$at|$flag" in',
    ...valueFlags.map(({ path, spelling, value }) =>
      branch([pattern(path, spelling)], candidates(value)),
    ),
    "    esac",
    "  elif [[ $current == -* ]]; then",
    `    candidates=${quote(everywhere.join(" "))}`,
    '    case "$at" in',
    ...states
      .filter(({ flags }) => flags.length > 0)
      .map(({ path, flags }) => {
        const own = flags.map(({ spelling }) => ` ${spelling}`).join("");
        return branch([quote(path)], `candidates+=${quote(own)}`);
      }),
    "    esac",
    "  else",
    '    case "$at|$places" in',
    ...groups.map(({ path, words }) =>
      branch([pattern(path, "0")], `candidates=${quote(words.map(({ word }) => word).join(" "))}`),
    ),
    ...states.flatMap(({ path, places }) =>
      places.map((value, index) => branch([pattern(path, String(index))], candidates(value))),
    ),
    "    esac",
    "  fi",
    '  mapfile -t COMPREPLY < <(compgen -W "$candidates" -- "$current")',
    "}",
    "complete -F _hermes hermes",
    "",
  ].join("\n");
}

import {
  GLOBAL_SPELLINGS,
  listSteps,
  listValueFlags,
  type CompletionState,
  type Value,
} from "./model.ts";
import { pattern, quote } from "./quoting.ts";

/** Commands that offer what can stand here. */
function offer(value: Value): string {
  if (value.kind === "profile") {
    return 'found=(${(f)"$($words[1] profile list --names 2>/dev/null)"}); compadd -a found';
  }
  if (value.kind === "choice") return `compadd -- ${value.options.map(quote).join(" ")}`;
  return "_message value";
}

/** Words with what they mean, as `_describe` takes them: a colon of the word itself is escaped. */
function described(rows: readonly (readonly [word: string, summary: string])[]): string {
  return rows
    .map(([word, summary]) => quote(`${word.replaceAll(":", "\\:")}:${summary}`))
    .join(" ");
}

const branch = (patterns: readonly string[], commands: string) =>
  `      (${patterns.join("|")}) ${commands} ;;`;

const flagRows = (flags: CompletionState["flags"]) =>
  described(flags.map(({ spelling, summary }) => [spelling, summary] as const));

/** A script that completes `hermes` in zsh, sourced or as the function `_hermes` on fpath. */
export function renderZsh(states: readonly CompletionState[]): string {
  const valueFlags = listValueFlags(states);
  const groups = states.filter(({ words }) => words.length > 0);
  const inner = listSteps(states).map(({ path, word }) => pattern(path, word));
  return [
    "#compdef hermes",
    "# Completes hermes in zsh. Load it with: source <(hermes completion zsh)",
    "_hermes() {",
    "  local at='' flag='' word",
    "  local -a found flags",
    "  integer i places=0",
    "  for ((i = 2; i < CURRENT; i++)); do",
    "    word=$words[i]",
    "    if [[ -n $flag ]]; then",
    "      flag=''",
    "      continue",
    "    fi",
    '    case "$at|$word" in',
    branch(
      valueFlags.map(({ path, spelling }) => pattern(path, spelling)),
      "flag=$word",
    ),
    branch(["*'|-'*", "'|help'"], ""),
    branch(inner, "at=${at:+$at }$word"),
    branch(["*"], "((places += 1))"),
    "    esac",
    "  done",
    "  if [[ -z $flag && $PREFIX == --*=* ]]; then",
    "    flag=${PREFIX%%=*}",
    "    compset -P '*='",
    "  fi",
    "  if [[ -n $flag ]]; then",
    '    case "$at|$flag" in',
    ...valueFlags.map(({ path, spelling, value }) =>
      branch([pattern(path, spelling)], offer(value)),
    ),
    "    esac",
    "  elif [[ $PREFIX == -* ]]; then",
    `    flags=(${flagRows(GLOBAL_SPELLINGS)})`,
    '    case "$at" in',
    ...states
      .filter(({ flags }) => flags.length > 0)
      .map(({ path, flags }) => branch([quote(path)], `flags+=(${flagRows(flags)})`)),
    "    esac",
    "    _describe flag flags",
    "  else",
    '    case "$at|$places" in',
    ...groups.map(({ path, words }) => {
      const rows = described(words.map(({ word, summary }) => [word, summary] as const));
      return branch([pattern(path, "0")], `found=(${rows}); _describe command found`);
    }),
    ...states.flatMap(({ path, places }) =>
      places.map((value, index) => branch([pattern(path, String(index))], offer(value))),
    ),
    "    esac",
    "  fi",
    "}",
    'if [[ $funcstack[1] == _hermes ]]; then _hermes "$@"; else compdef _hermes hermes; fi',
    "",
  ].join("\n");
}

# shellcheck shell=bash
# Sourced by interactive shells (/etc/bash.bashrc): loads the completion that hermes prints at the first press of TAB.
_hermes_load() {
  # shellcheck source=/dev/null
  . <(/usr/local/bin/hermes completion bash) && complete -F _hermes -- "$1" && return 124
}
complete -F _hermes_load hermes
# A link named after a profile is short for `hermes -p NAME`.
for _hermes_alias in /run/hermes-alias/*; do
  complete -F _hermes_load -- "${_hermes_alias##*/}"
done
unset _hermes_alias

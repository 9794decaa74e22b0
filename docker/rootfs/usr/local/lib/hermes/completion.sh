# shellcheck shell=bash
# For interactive shells (/etc/bash.bashrc): hermes itself makes its completion, at the first press of TAB.
_hermes_load() {
  # shellcheck source=/dev/null
  . <(hermes completion bash) && return 124
}
complete -F _hermes_load hermes

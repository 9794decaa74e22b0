# shellcheck shell=bash
# shellcheck disable=SC2034 # what is set here is used by the scripts that source this
# Sourced first by every script: strict mode, the repository's root, and functions for messages.
set -euo pipefail

ROOT=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd -P)
BUN=$ROOT/node_modules/.bin/bun
CACHE=${HERMES_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/hermes-container}
CALLER=$PWD
export LC_ALL=C.UTF-8
cd -- "$ROOT"
# The only Bun that builds and runs this project.
BUN_VERSION=$(sed -n '/^  "devDependencies"/,/^  }/s/^    "bun": "\([^"]*\)".*/\1/p' package.json)

# The arguments of `bun test` for the unit tests. They leave nothing behind: the files that a process runs share the
# modules that it has loaded. The limit is for a busy machine.
UNIT_TESTS=(./test/unit --parallel="$(nproc)" --no-isolate --timeout 60000)

# Prints an absolute path for an argument, which is relative to the caller's directory.
from_caller() { [[ $1 == /* ]] && echo "$1" || echo "$CALLER/$1"; }

# Prints the next step of the script on stderr; stdout is for results.
step() { printf '==> %s\n' "$*" >&2; }

note() { printf '    %s\n' "$*" >&2; }

# Ends the script with a sentence that names the problem.
die() {
  printf '✗ %s\n' "$*" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# other_argument ARGUMENT ends the script: with its own header comment as its usage text for --help, or with an error.
other_argument() {
  case $1 in
    -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" && exit ;;
    *) die "Unknown argument '$1' (see scripts/${0##*/} --help)" ;;
  esac
}

# Runs a command and shows its output only if it fails.
quietly() {
  local log rc=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 || rc=$?
  ((rc == 0)) || cat "$log" >&2
  rm -f -- "$log"
  return "$rc"
}

# exclusively NAME COMMAND... runs a command, which may be a function, while no other process runs one under that name.
exclusively() {
  local lock
  mkdir -p -- "$CACHE"
  exec {lock}>"$CACHE/$1.lock"
  flock "$lock"
  "${@:2}"
  exec {lock}>&-
}

# Prints the machine's architecture as this project names it: x64 or arm64.
machine_arch() {
  case $(uname -m) in
    x86_64 | amd64) echo x64 ;;
    aarch64 | arm64) echo arm64 ;;
    *) die "Cannot build on a $(uname -m): Hermes is built for x86_64 and aarch64 only" ;;
  esac
}

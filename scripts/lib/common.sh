# shellcheck shell=bash
# shellcheck disable=SC2034 # what is set here is used by the scripts that source this
# Sourced first by every script: the strict mode, the repository's root, and the way they speak.
set -euo pipefail

ROOT=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." && pwd -P)
BUN_VERSION=1.4.4
BUN=$ROOT/node_modules/.bin/bun
CACHE=${HERMES_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/hermes-container}
CALLER=$PWD
export LC_ALL=C.UTF-8
cd -- "$ROOT"

# An absolute path for what the user, who may stand anywhere, gave as an argument.
from_caller() { [[ $1 == /* ]] && echo "$1" || echo "$CALLER/$1"; }

# Says what the script is about to do; stdout stays free for results.
step() { printf '==> %s\n' "$*" >&2; }

note() { printf '    %s\n' "$*" >&2; }

# Ends the script with one sentence that says what is missing or wrong.
die() {
  printf '✗ %s\n' "$*" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# Prints the script's own header comment as its usage text.
usage() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; }

# Runs a command quietly; its output is shown only when it fails.
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

# The name this project gives the machine's architecture: x64 or arm64.
machine_arch() {
  case $(uname -m) in
    x86_64 | amd64) echo x64 ;;
    aarch64 | arm64) echo arm64 ;;
    *) die "This machine is a $(uname -m), and Hermes is built for x86_64 and aarch64 only" ;;
  esac
}

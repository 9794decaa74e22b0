#!/bin/sh
# The image's entry point: says what this container is missing, clears what an earlier run left in /run, then becomes the
# init.
set -eu

# PID 1 gets no signal that it does not ask for: who stops the container at once would wait for SIGKILL.
trap 'exit 143' TERM PWR
trap 'exit 130' INT
trap 'exit 131' QUIT

. /usr/local/lib/hermes/whole-path.sh
# `HERMES_HOME=` is what a Compose file makes of a variable that is not set.
export HERMES_HOME="${HERMES_HOME:-/opt/data}"

# Before anything is touched: what follows would pull the ground from under a tree that is alive. In a shell of its own,
# for what is forgotten here is still the container's environment.
checked=0
(
  . /usr/local/lib/hermes/clean-env.sh
  exec /usr/local/bin/hermes-boot preflight --clear-run
) || checked="$?"
case "$checked" in
  1 | 2) exit "$checked" ;;
esac
# It cannot even begin, and nothing that is started from here could.
if [ "$checked" -ge 126 ]; then
  pages="$(getconf PAGESIZE)"
  if [ "$pages" -gt 16384 ]; then
    echo "✗ Cannot run hermes on this kernel: its pages have $pages bytes, and hermes needs 4096 or 16384" >&2
    echo "  Hint: boot a kernel with smaller pages (not the one that is called 64k)" >&2
  else
    echo "✗ Cannot run hermes on this machine: 'hermes-boot preflight' ended with exit code $checked" >&2
    echo "  Hint: what it said is above; without a word it may be short of memory (docker run --memory)" >&2
  fi
  exit "$checked"
fi

# The user that the services of the tree are, until they become another one. (Root owns what is in the image.)
if [ -O /usr ]; then
  : "${USER:=root}" "${LOGNAME:=root}"
else
  : "${USER:=hermes}" "${LOGNAME:=hermes}"
fi
export USER LOGNAME

exec /init /usr/local/lib/hermes/main-wrapper.sh "$@"

#!/bin/sh
# The image's entry point: says what this container is missing, clears what an earlier run left in /run, then becomes the
# init. What of the boot's work can be done before its turn is done beside the init meanwhile.
set -eu

# PID 1 gets no signal that it does not ask for: who stops the container at once would wait for SIGKILL.
trap 'exit 143' TERM PWR
trap 'exit 130' INT
trap 'exit 131' QUIT

. /usr/local/lib/hermes/root-path.sh
# `HERMES_HOME=` is what a Compose file makes of a variable that is not set.
export HERMES_HOME="${HERMES_HOME:-/opt/data}"

# Before anything is touched: what follows would pull the ground from under a tree that is alive. In a shell of its own,
# for what is forgotten here is still the container's environment.
#
# The lock is held until all is done, or until whoever does it has ended in another way; without it (/run cannot be
# written to) there is nothing to wait for.
lock=/run/hermes-boot.lock
exec 4>&1
terminal=
[ ! -t 0 ] || terminal=--terminal
said="$(
  (
    trap '' HUP
    umask 022
    . /usr/local/lib/hermes/clean-env.sh
    # It is done before a compiler would have been of use.
    export BUN_JSC_useJIT=0
    set -- /usr/local/bin/hermes-boot prepare ${terminal:+"$terminal"} -- "$@"
    cd /
    if (umask 077 && : >>"$lock") 2>/dev/null; then
      set -- /command/s6-setlock "$lock" "$@"
    fi
    exec "$@"
  ) </dev/null 3>&1 >&4 4>&- &
)"
exec 4>&-
case "$said" in
  'ready tui') export HERMES_TUI_MODE=1 ;;
  ready) ;;
  refused) exit 1 ;;
  *) . /usr/local/lib/hermes/explain-failure.sh ;;
esac

# The user that the services of the tree are, until they become another one. (Root owns what is in the image.)
if [ -O /usr ]; then
  : "${USER:=root}" "${LOGNAME:=root}"
else
  : "${USER:=hermes}" "${LOGNAME:=hermes}"
fi
export USER LOGNAME

exec /init /usr/local/lib/hermes/main-wrapper.sh "$@"

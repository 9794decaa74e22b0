#!/bin/bash -p
# The container's command, with the container's environment, as the executable routes it. bash hands on variables of any
# name, for whoever makes this the entry point.
set -eu
. /usr/local/lib/hermes/root-path.sh

# As somebody's own entry point (`--entrypoint`, Kubernetes' `command`) no init runs yet: the image's own starts one.
# Below an init it has a parent that is not the engine or the engine's init.
[ "$PPID" -gt 1 ] || /usr/local/lib/hermes/plain/alive || exec /usr/local/lib/hermes/entrypoint.sh "$@"

# It becomes the command before a compiler would have been of use, and takes that variable away again.
# shellcheck disable=SC2016 # expanded by the shell that has the environment
exec /command/with-contenv sh -c '
  . /usr/local/lib/hermes/clean-env.sh
  unset SHLVL
  BUN_JSC_useJIT=0 exec /usr/local/bin/hermes-boot main -- "$@"
' sh "$@"

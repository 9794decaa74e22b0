#!/bin/bash -p
# Runs the container's command with the container's environment, as the executable routes it. It is bash, which passes
# on variables of any name if this is the entry point.
set -eu
. /usr/local/lib/hermes/root-path.sh

# If this is the entry point (`--entrypoint`, Kubernetes' `command`), no init runs yet, and the image's own entry point
# starts one. Below an init it has a parent that is not the engine or the engine's init.
[ "$PPID" -gt 1 ] || /usr/local/lib/hermes/plain/alive || exec /usr/local/lib/hermes/entrypoint.sh "$@"

# It becomes the command before the JIT compiler would be of use, and removes that variable again.
# shellcheck disable=SC2016 # expanded by the shell that has the environment
exec /command/with-contenv sh -c '
  . /usr/local/lib/hermes/clean-env.sh
  unset SHLVL
  BUN_JSC_useJIT=0 exec /usr/local/bin/hermes-boot main -- "$@"
' sh "$@"

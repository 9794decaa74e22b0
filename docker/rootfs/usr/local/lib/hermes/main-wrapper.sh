#!/command/with-contenv sh
# shellcheck shell=sh
# The container's command, with the container's environment, as the executable routes it.
set -eu
. /usr/local/lib/hermes/clean-env.sh
exec /usr/local/bin/hermes-boot main -- "$@"

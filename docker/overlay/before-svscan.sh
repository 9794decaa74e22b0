# shellcheck shell=sh
# Sourced by s6-overlay's stage0 instead of its last line: gives s6-svscan this image's signal handlers, and becomes it.

# shellcheck disable=SC2154 # stage0's own variable
handlers="$basedir/run-image/service/.s6-svscan"
# S6_CMD_RECEIVE_SIGNALS renames the handler and puts its own in that place.
term="$handlers/SIGTERM.s6-linux-init"
[ -e "$term" ] || term="$handlers/SIGTERM"
cp --remove-destination /usr/local/lib/hermes/overlay/SIGTERM "$term"
# s6-overlay's other handlers are for a machine: SIGINT would restart it, and SIGPWR and SIGUSR1 would power it off,
# each with an exit code of its own. With these links, signals do the same as with the fallback init.
for signal in INT PWR; do ln -sf SIGTERM "$handlers/SIG$signal"; done
for signal in HUP USR1 USR2; do ln -sf SIGQUIT "$handlers/SIG$signal"; done

. /usr/local/lib/hermes/stop-requested.sh
# Between here and the moment when s6-svscan listens, a signal is lost.
exec /usr/bin/env --default-signal=TERM,PWR "$basedir/bin/init" "$@"

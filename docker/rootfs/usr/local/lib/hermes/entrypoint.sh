#!/bin/sh
# The image's entry point: clears what an earlier run left in /run, then becomes the init that fits this process.
set -eu

case ":${PATH:-}:" in
  *:/command:*) ;;
  *) PATH="/command:${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}" ;;
esac
export PATH

# What follows wipes /run, which would pull the ground from under a tree that is alive.
if [ "$$" -ne 1 ] && [ -p /run/service/.s6-svscan/control ]; then
  alive=0
  s6-svscanctl -z /run/service 2>/dev/null || alive="$?"
  if [ "$alive" -ne 100 ]; then
    echo "✗ Cannot start an init: this container has one already" >&2
    echo "  Run the program itself, for example: docker exec <container> hermes status" >&2
    exit 1
  fi
fi

# A tmpfs may come world-writable, and the image's own /run lets hermes in for containers that run as hermes
# altogether. As root nobody else may put anything there before root does.
if [ "$(id -u)" -eq 0 ] && [ -w /run ]; then
  # Five digits: four would leave a set-group-ID bit as it is.
  { chown 0:0 /run && chmod 00755 /run; } || echo "hermes: warning: others may write to /run" >&2
fi
rm -rf /run/hermes /run/hermes-alias /run/hermes-boot /run/hermes-registrar || :

if [ "$$" -eq 1 ]; then
  exec /init /usr/local/lib/hermes/main-wrapper.sh "$@"
fi

echo "hermes: not PID 1 (docker run --init, or a runtime that keeps it): the same services, orphans are reaped by PID 1" >&2
exec /usr/local/lib/hermes/plain/init /usr/local/lib/hermes/main-wrapper.sh "$@"

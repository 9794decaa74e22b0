#!/bin/bash -p
# Runs the init with the container's command: the image's entry point. bash passes on variables of any name.
# PID 1 loses a signal that it neither handles nor blocks: SIGTERM and SIGPWR are blocked until /init handles them.
exec /usr/bin/env --block-signal=TERM,PWR /init /usr/local/lib/hermes/main-wrapper.sh "$@"

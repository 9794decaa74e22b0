#!/bin/sh
# The image's entry point: the init with the container's command.
exec /init /usr/local/lib/hermes/main-wrapper.sh "$@"

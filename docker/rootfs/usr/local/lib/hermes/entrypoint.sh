#!/bin/bash -p
# The image's entry point: the init with the container's command. bash hands on variables of any name.
exec /init /usr/local/lib/hermes/main-wrapper.sh "$@"

#!/bin/bash -p
# Runs the init with the container's command: the image's entry point. bash passes on variables of any name.
exec /init /usr/local/lib/hermes/main-wrapper.sh "$@"

# shellcheck shell=sh
# Sourced before root starts the executable: removes the variables that change what it runs.
unset BUN_OPTIONS BUN_BE_BUN BUN_INSPECT BUN_INSPECT_CONNECT_TO BUN_INSPECT_NOTIFY BUN_INSPECT_PRELOAD NODE_OPTIONS

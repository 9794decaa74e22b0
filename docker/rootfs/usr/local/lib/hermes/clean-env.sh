# shellcheck shell=sh
# To be sourced: forgets the variables that change what the executable runs, before root starts it.
unset BUN_OPTIONS BUN_BE_BUN BUN_INSPECT BUN_INSPECT_CONNECT_TO BUN_INSPECT_NOTIFY BUN_INSPECT_PRELOAD NODE_OPTIONS

# shellcheck shell=sh
# Sourced before a script starts the executable: removes the variables that change what it runs, and has it run without
# threads, which a limit of processes could refuse.
unset BUN_OPTIONS BUN_BE_BUN BUN_INSPECT BUN_INSPECT_CONNECT_TO BUN_INSPECT_NOTIFY BUN_INSPECT_PRELOAD NODE_OPTIONS
export BUN_JSC_useConcurrentJIT=0 BUN_JSC_useConcurrentGC=0 BUN_JSC_useWarmUpMarkedBlocks=0 BUN_JSC_numberOfGCMarkers=1

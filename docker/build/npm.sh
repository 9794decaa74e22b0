#!/usr/bin/env bash
# Runs in the build stage before the sources are there, so that the npm packages keep a layer of their own.
set -euo pipefail

[ -z "${EXECUTABLE:-}" ] || exit 0
. scripts/lib/common.sh
. scripts/lib/node-modules.sh
node_modules_ready

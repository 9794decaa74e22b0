#!/usr/bin/env bash
# Installs the npm packages in the build stage, before the sources are copied, so that they keep a layer of their own.
set -euo pipefail

[ -z "${EXECUTABLE:-}" ] || exit 0
. scripts/lib/common.sh
. scripts/lib/node-modules.sh
node_modules_ready

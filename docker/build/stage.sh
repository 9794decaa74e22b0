#!/usr/bin/env bash
# Runs in the build stage: puts into /out what the image takes over, with the modes it needs whatever the checkout's
# were. EXECUTABLE names a ready one in the context; without it one is compiled for TARGETARCH.
set -euo pipefail

mkdir -p /out/bin
if [ -n "${EXECUTABLE:-}" ]; then
  cp -- "$EXECUTABLE" /out/bin/hermes
else
  scripts/build --target "linux-${TARGETARCH/amd64/x64}" --outfile /out/bin/hermes
fi
ln -s hermes /out/bin/hermes-boot
cp -a docker/rootfs docker/plain /out/
chmod -R u=rwX,go=rX /out

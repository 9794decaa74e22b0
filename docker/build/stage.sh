#!/usr/bin/env bash
# Runs in the build stage: puts into /out what the image takes over, with the modes it needs whatever the checkout's
# were. EXECUTABLE names a ready one in the context; without it one is compiled for TARGETARCH.
set -euo pipefail

if [ -n "${EXECUTABLE:-}" ]; then
  # e_machine of its ELF header: 62 is x86_64, 183 aarch64.
  case $TARGETARCH:$(od --address-radix=n --skip-bytes=18 --read-bytes=2 --format=u2 -- "$EXECUTABLE" | tr -d ' ') in
    amd64:62 | arm64:183) ;;
    *) echo "✗ This builds for '$TARGETARCH', and $EXECUTABLE is not compiled for that" >&2 && exit 1 ;;
  esac
  [ -d "$EXECUTABLE.licences" ] ||
    { echo "✗ $EXECUTABLE.licences is missing: scripts/build puts the licence texts there" >&2 && exit 1; }
fi

mkdir -p /out/bin
if [ -n "${EXECUTABLE:-}" ]; then
  cp -- "$EXECUTABLE" /out/bin/hermes
  cp -r -- "$EXECUTABLE.licences" /out/doc
else
  scripts/build --target "linux-${TARGETARCH/amd64/x64}" --outfile /out/bin/hermes
  mv /out/bin/hermes.licences /out/doc
fi
mkdir /out/doc/third-party/s6-overlay
cp docker/licences/s6-overlay.txt /out/doc/third-party/s6-overlay/
ln -s hermes /out/bin/hermes-boot
cp -a docker/rootfs docker/plain /out/
chmod -R u=rwX,go=rX /out

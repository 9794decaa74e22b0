#!/usr/bin/env bash
# Puts the files of the image into /out in the build stage, with the modes that they need, whatever those of the
# checkout are. EXECUTABLE names a compiled executable in the context; without it one is compiled for TARGETARCH.
set -euo pipefail

if [ -n "${EXECUTABLE:-}" ]; then
  # The field e_machine of its ELF header: 62 is x86_64, 183 is aarch64.
  case $TARGETARCH:$(od --address-radix=n --skip-bytes=18 --read-bytes=2 --format=u2 -- "$EXECUTABLE" | tr -d ' ') in
    amd64:62 | arm64:183) ;;
    *) echo "✗ Cannot build for '$TARGETARCH': $EXECUTABLE is not compiled for it" >&2 && exit 1 ;;
  esac
  [ -d "$EXECUTABLE.licences" ] ||
    { echo "✗ Cannot find $EXECUTABLE.licences: scripts/build puts the licence texts there" >&2 && exit 1; }
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
mkdir /out/s6
cp -a docker/rootfs /out/
cp -a docker/overlay docker/plain /out/s6/
chmod -R u=rwX,go=rX /out

#!/bin/sh
# Installs the fallback init. Without s6-overlay (S6 is plain) it is the only init, and Debian's s6 gets its /command.
set -eu

here="$(cd "$(dirname "$0")" && pwd)"
library=/usr/local/lib/hermes/plain

mkdir -p "$library"
for file in alive init start-boot boot halt shutdown save-environment svscan; do
  cp -R "$here/$file" "$library/"
done
if [ "$S6" = plain ]; then
  cp "$here/with-contenv" "$library/"
  mkdir -p /command
  for program in /usr/bin/s6-* /usr/bin/ucspilogd /usr/bin/execlineb /usr/lib/execline/bin/* "$library/with-contenv"; do
    ln -sf "$program" /command/
  done
fi
ln -sf /usr/local/lib/hermes/init /init

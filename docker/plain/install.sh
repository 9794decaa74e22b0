#!/bin/sh
# Installs the plain init into the image below ROOT: `install.sh ROOT [--fallback]`.
# With --fallback it is only the stand-in for s6-overlay, whose /command stays, and its /init for who is PID 1.
set -eu

root="${1%/}"
way="${2:-}"
here="$(cd "$(dirname "$0")" && pwd)"
library=/usr/local/lib/hermes/plain

mkdir -p "$root$library"
for file in alive init start-boot boot halt shutdown kill-the-rest save-environment svscan; do
  cp -R "$here/$file" "$root$library/"
done

if [ "$way" = --fallback ]; then
  mv "$root/init" "$root/usr/local/lib/hermes/s6-overlay-init"
  cp "$here/overlay-init" "$root/init"
  mkdir -p "$root/etc/cont-init.d"
  cp "$here/overlay-signals" "$root/etc/cont-init.d/00-signals"
  cp -R "$here/overlay-signals.d" "$root$library/"
else
  cp "$here/with-contenv" "$root$library/"
  mkdir -p "$root/command"
  for program in "$root"/usr/bin/s6-* "$root"/usr/bin/ucspilogd "$root"/usr/bin/execlineb "$root"/usr/lib/execline/bin/*; do
    ln -sf "${program#"$root"}" "$root/command/${program##*/}"
  done
  ln -sf "$library/with-contenv" "$root/command/with-contenv"
  ln -sf "$library/init" "$root/init"
fi

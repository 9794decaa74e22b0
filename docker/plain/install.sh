#!/bin/sh
# Installs the fallback init into the image below ROOT: `install.sh ROOT [--fallback]`.
# With --fallback it is installed beside s6-overlay, whose /command and init stay; without it, it is the only init.
set -eu

root="${1%/}"
way="${2:-}"
here="$(cd "$(dirname "$0")" && pwd)"
library=/usr/local/lib/hermes/plain

mkdir -p "$root$library"
for file in alive init start-boot boot halt shutdown save-environment svscan; do
  cp -R "$here/$file" "$root$library/"
done

if [ "$way" = --fallback ]; then
  # Only once, also in an image on top of this one.
  [ -L "$root/init" ] || mv "$root/init" "$root/usr/local/lib/hermes/s6-overlay-init"
  cp "$here/before-svscan.sh" "$here/overlay-sigterm" "$root$library/"
  stage0="$root/package/admin/s6-overlay/libexec/stage0"
  # shellcheck disable=SC2016 # its own variables
  sed -i -e "1a trap 'exit 143' TERM PWR" \
    -e 's|^exec "\$basedir/bin/init" "\$@"$|. '"$library"'/before-svscan.sh|' "$stage0"
  grep -q "$library" "$stage0" || {
    echo "✗ Cannot prepare s6-overlay: its stage0 does not end in the line that this image replaces" >&2
    exit 1
  }
else
  cp "$here/with-contenv" "$root$library/"
  mkdir -p "$root/command"
  for program in "$root"/usr/bin/s6-* "$root"/usr/bin/ucspilogd "$root"/usr/bin/execlineb "$root"/usr/lib/execline/bin/*; do
    ln -sf "${program#"$root"}" "$root/command/${program##*/}"
  done
  ln -sf "$library/with-contenv" "$root/command/with-contenv"
fi
ln -sf /usr/local/lib/hermes/init "$root/init"

# Since 3.2.3.1 s6-overlay has its bundles in a directory of their own. If the old directory is there, it uses that
# one, and writes into /etc at boot, which neither --read-only nor --user allows.
sources="$root/etc/s6-overlay/s6-rc.d"
bundles="$root/etc/s6-overlay/user-bundles.d"
if [ -d "$bundles/user" ] && [ -d "$sources/user" ]; then
  mv "$sources"/user/contents.d/* "$bundles/user/contents.d/"
  rm -r "$sources/user"
fi

#!/bin/sh
# Prepares s6-overlay: its init becomes one of two that /init chooses from, and s6-svscan gets this image's handlers.
set -eu

library=/usr/local/lib/hermes/overlay

# Only once, also in an image on top of this one.
[ -L /init ] || mv /init /usr/local/lib/hermes/s6-overlay-init

mkdir -p "$library"
cp "$(dirname "$0")/before-svscan.sh" "$(dirname "$0")/SIGTERM" "$library/"
stage0=/package/admin/s6-overlay/libexec/stage0
# shellcheck disable=SC2016 # its own variables
sed -i -e "1a trap 'exit 143' TERM PWR" \
  -e 's|^exec "\$basedir/bin/init" "\$@"$|. '"$library"'/before-svscan.sh|' "$stage0"
grep -q "$library" "$stage0" || {
  echo "✗ Cannot prepare s6-overlay: its stage0 does not end in the line that this image replaces" >&2
  exit 1
}

# Since 3.2.3.1 s6-overlay has its bundles in a directory of their own. If the old directory is there, it uses that
# one, and writes into /etc at boot, which neither --read-only nor --user allows.
sources=/etc/s6-overlay/s6-rc.d
bundles=/etc/s6-overlay/user-bundles.d
if [ -d "$bundles/user" ] && [ -d "$sources/user" ]; then
  mv "$sources"/user/contents.d/* "$bundles/user/contents.d/"
  rm -r "$sources/user"
fi

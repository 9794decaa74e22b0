#!/bin/sh
# Installs s6 in the image's first layer, either s6-overlay's release (each tarball is checked against its SHA-256
# before it is unpacked) or Debian's packages, and ps, pgrep, kill and top. Leaves nothing else behind.
set -eu
export DEBIAN_FRONTEND=noninteractive

refuse() {
  echo "✗ $1" >&2
  exit 1
}

apt_install() {
  apt-get -qq -o Acquire::Retries=3 update
  apt-get -qq install --yes --no-install-recommends "$@"
}

# fetch NAME SHA256
fetch() {
  curl --fail --silent --show-error --location --retry 3 --output "$1" "$S6_OVERLAY_BASE_URL/$1"
  echo "$2  $1" | sha256sum --check --quiet || refuse "Cannot use s6-overlay's $1: its SHA-256 is not $2"
}

install_overlay() {
  case $base_arch in
    amd64) arch=x86_64 arch_sha256=$S6_OVERLAY_X86_64_SHA256 ;;
    arm64) arch=aarch64 arch_sha256=$S6_OVERLAY_AARCH64_SHA256 ;;
  esac
  apt_install procps
  dir=$(mktemp -d)
  cd "$dir"
  installed >before
  apt_install ca-certificates curl xz-utils
  fetch s6-overlay-noarch.tar.xz "$S6_OVERLAY_NOARCH_SHA256"
  fetch "s6-overlay-$arch.tar.xz" "$arch_sha256"
  fetch s6-overlay-symlinks-noarch.tar.xz "$S6_OVERLAY_SYMLINKS_SHA256"
  for name in noarch "$arch" symlinks-noarch; do
    tar -C / -Jxpf "s6-overlay-$name.tar.xz"
  done
  # Its only use is to give root's /run to the user of a rootless container. /run is open in this image, and a
  # set-user-ID program would fail without capabilities (--cap-drop ALL).
  find /package -type f -name s6-overlay-suexec -exec chmod u-s,g-s {} +
  # The shell that runs the command prints `Terminated` when a signal ends it: only the command keeps stderr meanwhile.
  # shellcheck disable=SC2016 # that script's own variables
  sed -i '/^    \$arg0 "\$@"$/,/^    r="\$?"$/ {
    s/^    \$arg0 "\$@"$/    exec 3>\&2 2>\/dev\/null\n    (exec $arg0 "$@" 2>\&3 3>\&-)/
    s/^    r="\$?"$/&\n    exec 2>\&3 3>\&-/
  }' /package/admin/s6-overlay-*/etc/s6-linux-init/skel/rc.init
  # Removes the packages that were installed for the download, and no others.
  installed >after
  # shellcheck disable=SC2046 # a list of package names
  apt-get -qq purge --yes $(comm -13 before after)
  cd /
  rm -rf "$dir"
}

installed() { dpkg-query --show --showformat '${Package}\n' | sort; }

# The architecture of the base image itself: an engine may be given a base for another platform than the target.
base_arch=$(dpkg --print-architecture)
case $base_arch in
  amd64 | arm64) ;;
  *) refuse "Cannot build for '$base_arch', which the base image is for: Hermes is built for amd64 and arm64" ;;
esac
[ "$base_arch" = "$TARGETARCH" ] ||
  refuse "Cannot build for '$TARGETARCH' on a base image for '$base_arch': pass --platform linux/$base_arch, or another BASE_IMAGE"

case $S6 in
  overlay) install_overlay ;;
  plain) apt_install execline procps s6 ;;
  *) refuse "Unknown S6 '$S6': use overlay or plain" ;;
esac
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb /var/cache/ldconfig \
  /var/cache/debconf/*-old /var/lib/dpkg/*-old /var/log/apt /var/log/*.log

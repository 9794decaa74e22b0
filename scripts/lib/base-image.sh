# shellcheck shell=bash
# The image to build on: the one that the Dockerfile names or, if it cannot be pulled, one made from Debian packages.

LOCAL_BASE=localhost/hermes-base
SUITE=trixie

# base_image_ready ARCH (amd64 or arm64) sets BASE_IMAGE.
base_image_ready() {
  local arch=$1
  BASE_IMAGE=$(sed -n 's/^ARG BASE_IMAGE=//p' Dockerfile)
  if has_image "$BASE_IMAGE" && image_is "$arch" "$BASE_IMAGE"; then return; fi
  if has_image "$LOCAL_BASE:$SUITE-$arch"; then
    BASE_IMAGE=$LOCAL_BASE:$SUITE-$arch
    return
  fi
  step "Pulling $BASE_IMAGE"
  if timeout 600 "$ENGINE" pull --quiet --platform "linux/$arch" "$BASE_IMAGE" >/dev/null 2>&1; then return; fi
  BASE_IMAGE=$LOCAL_BASE:$SUITE-$arch
  step "It cannot be pulled: making $BASE_IMAGE from Debian packages"
  exclusively base-image make_base_image "$arch"
}

image_is() { [ "$("$ENGINE" image inspect --format '{{.Architecture}}' "$2")" = "$1" ]; }

make_base_image() {
  local arch=$1 tarball=$CACHE/base-$SUITE-$1.tar
  # Another process may have made it meanwhile.
  ! has_image "$BASE_IMAGE" || return 0
  mkdir -p -- "$CACHE"
  debian_root "$arch" "$tarball" minbase
  local platform=(--os linux --arch "$arch")
  ! is_docker || platform=(--platform "linux/$arch")
  if is_docker && [ "$arch" != "$(native_arch)" ]; then
    # Docker 20.10 imports every image as one for this machine's architecture.
    printf 'FROM scratch\nADD %s /\nCMD ["bash"]\n' "${tarball##*/}" |
      quietly docker build --platform "linux/$arch" --tag "$BASE_IMAGE" --file - "$CACHE"
  else
    "$ENGINE" import "${platform[@]}" --change 'CMD ["bash"]' "$tarball" "$BASE_IMAGE" >/dev/null
  fi || die "$ENGINE could not import $tarball"
  rm -f -- "$tarball"
}

# debian_root ARCH TARGET VARIANT [PACKAGE,...] makes a minimal Debian in a .tar file or in a directory. The
# variant `extract` runs nothing of it, so it works for another architecture.
debian_root() {
  local arch=$1 target=$2 variant=$3 include=${4-} mirror
  apt_install "make a Debian root" mmdebstrap
  # Every other variant runs programs of that architecture.
  if [ "$variant" != extract ] && [ "$arch" != "$(native_arch)" ]; then
    have arch-test || apt_install "run $arch programs" arch-test qemu-user-static
  fi
  mirror=$(debian_mirror)
  quietly mmdebstrap --variant="$variant" --architectures="$arch" ${include:+"--include=$include"} \
    "$SUITE" "$target" ${mirror:+"$mirror"} </dev/null ||
    die "mmdebstrap could not make a $arch Debian root from ${mirror:-its default mirror}"
}

# Prints the mirror that this machine uses, if it is a Debian; else nothing, and mmdebstrap uses its default.
debian_mirror() {
  # shellcheck disable=SC2016 # apt's own placeholders
  apt-get indextargets --format '$(REPO_URI)' \
    'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 'Component: main' 2>/dev/null | head -n 1 || true
}

# shellcheck shell=bash
# shellcheck disable=SC2034 # what is set here is used by the scripts that source this
# Finds the container engine, docker or podman, and the flags that it needs on this machine. The answers are exported,
# so that one script run asks once.

# Sets ENGINE, and installs podman if there is no engine.
engine_ready() {
  if ! engine_found; then
    may_install || die "Neither docker (with buildx) nor podman works here: install one of them, or start its daemon"
    install_podman
    engine_found || die "podman is installed and does not work: see 'podman info'"
  fi
  [ -n "${HERMES_ENGINE-}" ] || step "Using $ENGINE"
  export HERMES_ENGINE=$ENGINE DOCKER_BUILDKIT=1 PODMAN_IGNORE_CGROUPSV1_WARNING=1
}

install_podman() {
  apt_install "run containers" podman runc catatonit netavark aardvark-dns nftables
  # If the root file system is an overlay itself (a machine that is a container), podman's own overlay does not work,
  # and its first attempt breaks later ones.
  if [ "$(stat --file-system --format %T /var/lib)" = overlayfs ] && [ ! -e /etc/containers/storage.conf ]; then
    apt_install "run containers on an overlay file system" fuse-overlayfs
    cat >/etc/containers/storage.conf <<'EOF'
[storage]
driver = "overlay"
runroot = "/run/containers/storage"
graphroot = "/var/lib/containers/storage"

[storage.options.overlay]
mount_program = "/usr/bin/fuse-overlayfs"
EOF
  fi
}

# Sets ENGINE to the one that works: the one that HERMES_ENGINE names, else docker, else podman.
engine_found() {
  for ENGINE in ${HERMES_ENGINE:-docker podman}; do
    if engine_answers "$ENGINE"; then return; fi
  done
  [ -z "${HERMES_ENGINE-}" ] || die "$HERMES_ENGINE does not work here: see '$HERMES_ENGINE info' and '$HERMES_ENGINE build --help'"
  return 1
}

# The Dockerfile needs BuildKit; `build --help` fails in a docker without buildx.
engine_answers() {
  have "$1" && timeout 60 "$1" info >/dev/null 2>&1 &&
    DOCKER_BUILDKIT=1 "$1" build --help >/dev/null 2>&1
}

is_docker() { [ "$ENGINE" = docker ]; }

has_image() { "$ENGINE" image inspect "$1" >/dev/null 2>&1; }

# Limits that are enough for a container, and that a restricted machine allows.
LIMITS='--ulimit=nofile=4096:4096 --ulimit=nproc=4096:4096'

# engine_run_flags IMAGE sets RUN_FLAGS to the fewest flags with which a container starts. Ordinary machines need
# none; these help where the engine itself runs in a restricted container.
engine_run_flags() {
  local image=$1 flags candidates=('' '--network=none')
  if [ -z "${HERMES_RUN_FLAGS+set}" ]; then
    is_docker || candidates+=(
      "$LIMITS"
      "--runtime=runc $LIMITS"
      "$LIMITS --network=none"
      "--runtime=runc $LIMITS --network=none"
    )
    for flags in "${candidates[@]}"; do
      # shellcheck disable=SC2086 # a list of flags without spaces in them
      if timeout 60 "$ENGINE" run --rm $flags --entrypoint /bin/true "$image" >/dev/null 2>&1; then
        export HERMES_RUN_FLAGS=$flags
        [ -z "$flags" ] || note "containers start here only with: $flags"
        [[ $flags != *--network=none* ]] || note "so they reach no network"
        break
      fi
    done
    [ -n "${HERMES_RUN_FLAGS+set}" ] ||
      die "$ENGINE cannot start a container here: try '$ENGINE run --rm $image true'"
    # podman uses systemd's timers for health checks, and complains at each start if there is no systemd.
    is_docker || [ -d /run/systemd/system ] || HERMES_RUN_FLAGS="--no-healthcheck $HERMES_RUN_FLAGS"
  fi
  read -r -a RUN_FLAGS <<<"$HERMES_RUN_FLAGS" || true
}

# engine_build_flags IMAGE ARCH sets BUILD_FLAGS to the fewest flags with which a build step runs and has a network.
engine_build_flags() {
  local image=$1 arch=$2 flags
  if [ -z "${HERMES_BUILD_FLAGS+set}" ]; then
    local candidates=('' '--network=host')
    is_docker || candidates+=(
      "--network=host $LIMITS"
      '--network=host --isolation=chroot'
      "--network=host --isolation=chroot $LIMITS"
    )
    for flags in "${candidates[@]}"; do
      if probe_build "$image" "$arch" "$flags"; then
        export HERMES_BUILD_FLAGS=$flags
        [ -z "$flags" ] || note "images build here only with: $flags"
        break
      fi
    done
    if [ -z "${HERMES_BUILD_FLAGS+set}" ]; then
      [ "$arch" = "$(native_arch)" ] ||
        die "$ENGINE cannot build an image for $arch with a network here: does this machine run $arch programs (Debian: apt-get install qemu-user-static)?"
      die "$ENGINE cannot build an image with a network here"
    fi
  fi
  read -r -a BUILD_FLAGS <<<"$HERMES_BUILD_FLAGS" || true
}

# Succeeds if a build step runs and has a network: a route in the kernel's tables that is not the loopback's.
probe_build() {
  local dir rc=0 platform='' tag=localhost/hermes-probe:$$
  dir=$(mktemp -d)
  # Without this flag docker asks a registry for another platform's image, even if it has one; with it podman does.
  ! is_docker || platform=--platform=linux/$2
  printf 'FROM %s\nRUN grep -qv ^Iface /proc/net/route || grep -qv " lo$" /proc/net/ipv6_route\n' "$1" \
    >"$dir/Dockerfile"
  # shellcheck disable=SC2086 # a list of flags without spaces in them
  timeout 120 "$ENGINE" build $platform $3 --no-cache --tag "$tag" "$dir" >/dev/null 2>&1 </dev/null || rc=$?
  ! has_image "$tag" || "$ENGINE" rmi "$tag" >/dev/null 2>&1 || true
  rm -rf -- "$dir"
  return "$rc"
}

# platform_arch BUILD_ARGUMENT... prints amd64 or arm64: from `--platform`, else from DOCKER_DEFAULT_PLATFORM, else
# this machine's.
platform_arch() {
  local argument previous='' platform=''
  for argument; do
    [ "$previous" != --platform ] || platform=$argument
    [[ $argument != --platform=* ]] || platform=${argument#--platform=}
    [[ ! $argument =~ ^--(arch|os)(=|$) ]] || die "Cannot build with podman's '$argument': scripts/image knows --platform linux/amd64 and linux/arm64"
    previous=$argument
  done
  if [ -z "$platform" ] && is_docker; then platform=${DOCKER_DEFAULT_PLATFORM-}; fi
  case ${platform#linux/} in
    '') native_arch ;;
    *,*) die "Cannot build for '$platform' at once: scripts/image compiles for one platform ('docker buildx build' does several)" ;;
    amd64 | amd64/* | x86_64) echo amd64 ;;
    arm64 | arm64/* | aarch64) echo arm64 ;;
    *) die "Hermes is built for linux/amd64 and linux/arm64, not for '$platform'" ;;
  esac
}

# Prints this machine's architecture as engines name it: amd64 or arm64.
native_arch() {
  local arch
  arch=$(machine_arch)
  echo "${arch/x64/amd64}"
}

# remove_leftovers TAG PREVIOUS_ID removes what a build leaves behind, 100 MB each time. An image that a container uses
# stays, and so do the build stages of the last hour, which are podman's cache.
remove_leftovers() {
  if [ -n "$2" ] && [ "$("$ENGINE" image inspect --format '{{.Id}}' "$1")" != "$2" ]; then
    remove_unnamed_image "$2"
  fi
  is_docker || "$ENGINE" image prune --force --filter label=hermes.stage=build --filter until=1h >/dev/null 2>&1 || true
}

# remove_unnamed_image ID removes an image without a name; one that has another name is in use.
remove_unnamed_image() {
  [ "$("$ENGINE" image inspect --format '{{len .RepoTags}}' "$1" 2>/dev/null)" != 0 ] ||
    "$ENGINE" rmi "$1" >/dev/null 2>&1 || true
}

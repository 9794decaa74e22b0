# shellcheck shell=bash
# shellcheck disable=SC2034 # what is set here is used by the scripts that source this
# Chooses the source of s6: the s6-overlay release, or Debian's packages if that cannot be reached.

# choose_s6 CHOICE BUILD_ARG... sets S6 and S6_URL_IS_LOOPBACK. CHOICE is overlay, plain or empty; the arguments are
# those for the engine, and may name another place for the release.
choose_s6() {
  local choice=$1 url
  shift
  url=$(s6_overlay_url "$@")
  S6=${choice:-$(build_arg S6 "$@")} S6_URL_IS_LOOPBACK=''
  [[ ! $url =~ ^https?://(localhost|127\.[0-9.]+|\[::1\])[:/] ]] || S6_URL_IS_LOOPBACK=1
  case $S6 in
    plain) return ;;
    overlay | '') ;;
    *) die "Unknown --s6 '$S6': use overlay or plain" ;;
  esac
  if reaches "$url/s6-overlay-noarch.tar.xz"; then
    S6=overlay
  elif [ -n "$S6" ]; then
    die "Cannot reach s6-overlay at $url, which '--s6 overlay' needs"
  else
    note "s6-overlay's release cannot be reached: taking s6 from Debian (--s6 plain)"
    S6=plain
  fi
}

s6_overlay_url() {
  local url version
  url=$(build_arg S6_OVERLAY_BASE_URL "$@")
  version=$(build_arg S6_OVERLAY_VERSION "$@")
  : "${version:=$(sed -n 's/^ARG S6_OVERLAY_VERSION=//p' Dockerfile)}"
  : "${url:=$(sed -n 's/^ARG S6_OVERLAY_BASE_URL=//p' Dockerfile)}"
  echo "${url//\$\{S6_OVERLAY_VERSION\}/$version}"
}

# build_arg NAME ARGUMENT... prints the value that `--build-arg NAME=VALUE` (or `--build-arg=NAME=VALUE`) gives.
build_arg() {
  local name=$1 value='' previous='' argument
  shift
  for argument; do
    [ "$previous" != --build-arg ] || argument=--build-arg=$argument
    case $argument in
      "--build-arg=$name="*) value=${argument#"--build-arg=$name="} ;;
      "--build-arg=$name") value=${!name-} ;;
    esac
    previous=$argument
  done
  echo "$value"
}

# reaches URL asks with the pinned Bun, which is installed anyway, while curl may not be.
reaches() {
  "$BUN" -e 'const r = await fetch(process.argv[1], { method: "HEAD", signal: AbortSignal.timeout(15000) });
    process.exitCode = r.ok ? 0 : 1;' "$1" >/dev/null 2>&1
}

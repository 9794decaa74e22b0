# shellcheck shell=bash
# Installs Debian packages: only if they are missing, only as root, with one `apt-get update` per run.

APT_UPDATED=${APT_UPDATED:-}

may_install() { have apt-get && (($(id -u) == 0)); }

# apt_install PURPOSE PACKAGE... installs the packages that are missing, or ends with an error that says what to do.
apt_install() {
  local purpose=$1 package missing=()
  shift
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  ((${#missing[@]} > 0)) || return 0
  may_install || die "Cannot $purpose: install ${missing[*]} (this script may do it as root on Debian)"
  step "Installing ${missing[*]} to $purpose"
  exclusively apt apt_install_missing || die "Cannot $purpose: apt-get could not install ${missing[*]}"
}

# Installs the caller's `missing`.
apt_install_missing() {
  if [ -z "$APT_UPDATED" ]; then
    apt_get update || note "apt-get update failed; trying with the package lists at hand"
    export APT_UPDATED=1
  fi
  apt_get install --yes --no-install-recommends "${missing[@]}"
}

apt_get() {
  DEBIAN_FRONTEND=noninteractive quietly apt-get -qq -o DPkg::Lock::Timeout=300 \
    -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 "$@" </dev/null
}

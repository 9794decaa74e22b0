# shellcheck shell=bash
# Installing Debian packages: only when missing, only as root, with one `apt-get update` per run.

APT_UPDATED=${APT_UPDATED:-}

may_install() { have apt-get && (($(id -u) == 0)); }

# apt_install WHY PACKAGE... installs what is missing, or says in one sentence what the reader must do.
apt_install() {
  local why=$1 package missing=()
  shift
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  ((${#missing[@]} > 0)) || return 0
  may_install || die "Cannot $why: install ${missing[*]} (this script may do it as root on Debian)"
  step "Installing ${missing[*]} to $why"
  exclusively apt apt_install_missing || die "Cannot $why: apt-get could not install ${missing[*]}"
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

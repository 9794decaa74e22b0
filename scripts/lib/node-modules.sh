# shellcheck shell=bash
# Installs the npm packages that package-lock.json names, the pinned Bun among them.

NODE_MODULES_STAMP=node_modules/.package-lock.sha256

node_modules_ready() {
  local wanted
  wanted=$(sha256sum package.json package-lock.json | sha256sum | cut -d ' ' -f 1)
  if [ "$(cat "$NODE_MODULES_STAMP" 2>/dev/null)" = "$wanted" ] && is_pinned_bun; then return; fi
  have npm || die "npm is missing: install Node.js with npm (Debian: apt-get install nodejs npm)"
  mkdir -p dist
  (
    # Of two scripts that start at once, neither may delete the other's node_modules.
    ! have flock || flock 9
    [ "$(cat "$NODE_MODULES_STAMP" 2>/dev/null)" != "$wanted" ] || ! is_pinned_bun || exit 0
    step "Installing the npm packages"
    (($(node -p 'process.versions.node.split(".")[0]') >= 22)) ||
      export NODE_OPTIONS="${NODE_OPTIONS-} --require=\"$ROOT/scripts/lib/newer-node.cjs\""
    quietly npm ci --no-progress </dev/null || die "npm ci failed (its messages are above)"
    # npm may refuse to run the install script that puts Bun in its place.
    is_pinned_bun || quietly node node_modules/bun/install.js || true
    is_pinned_bun || die "Bun $BUN_VERSION did not install: '$BUN --version' says '$(bun_version)'"
    echo "$wanted" >"$NODE_MODULES_STAMP"
  ) 9>dist/.setup.lock
}

bun_version() { "$BUN" --version 2>/dev/null || true; }

is_pinned_bun() { [ "$(bun_version)" = "$BUN_VERSION" ]; }

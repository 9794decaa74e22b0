# shellcheck shell=bash
# Compiles the executable: the only place that knows the flags.

# Without these flags the executable would load .env and bunfig.toml of the current directory, which may be the volume,
# and an agent may write to that. The last flag also refuses BUN_OPTIONS=--preload.
COMPILE_FLAGS=(
  --compile --splitting --minify --bytecode --format=esm
  --no-compile-autoload-dotenv --no-compile-autoload-bunfig
  --no-compile-autoload-tsconfig --no-compile-autoload-package-json
  --compile-exec-argv=--disallow-code-generation-from-strings=strict
)

# compile ENTRY TARGET OUTFILE compiles for linux-x64 or linux-arm64. An outfile that would not change is left alone,
# so that cached layers of an image stay valid. The licence texts of everything in it are put into OUTFILE.licences/.
compile() {
  local entry=$1 target=$2 outfile=$3 dir bun_of_target
  dir=$(dirname -- "$outfile")
  mkdir -p -- "$dir"
  bun_of_target=$(bun_for "$target")
  # The name of the outfile is compiled in, so it is the same one, in a directory of its own.
  local build=$dir/.build-$target-$$
  mkdir -- "$build"
  if ! quietly "$BUN" build "${COMPILE_FLAGS[@]}" --target="bun-$target" \
    --compile-executable-path="$bun_of_target" \
    --define "HERMES_VERSION=\"$(hermes_version)\"" --define "HERMES_COMMIT=\"$(hermes_commit)\"" \
    --metafile="$build/metafile.json" --outfile "$build/hermes" "$entry"; then
    rm -rf -- "$build"
    die "Bun could not compile '$entry' for $target (its messages are above)"
  fi
  if ! quietly "$BUN" scripts/lib/licences.ts "$build/metafile.json" "$build/licences"; then
    rm -rf -- "$build"
    die "The licence texts of '$entry' are not complete (the reason is above)"
  fi
  rm -rf -- "$outfile.licences"
  mv -- "$build/licences" "$outfile.licences"
  if ! cmp -s -- "$build/hermes" "$outfile"; then mv -f -- "$build/hermes" "$outfile"; fi
  rm -rf -- "$build"
}

hermes_version() { sed -n 's/^  "version": "\([^"]*\)".*/\1/p' package.json; }

# Prints the short commit, with `+dirty` if the work tree differs from it. HERMES_COMMIT wins, for builds without .git.
hermes_commit() {
  local git=(git -c "safe.directory=$ROOT") commit
  if [ -n "${HERMES_COMMIT-}" ]; then
    echo "$HERMES_COMMIT"
  elif have git && commit=$("${git[@]}" rev-parse --short=12 HEAD 2>/dev/null); then
    [ -z "$("${git[@]}" status --porcelain 2>/dev/null)" ] || commit+=+dirty
    echo "$commit"
  else
    echo unknown
  fi
}

# Prints the path of the Bun that becomes part of the executable: this machine's own, or the other architecture's from
# npm, checked against package-lock.json.
bun_for() {
  local package bun
  case $1 in
    "linux-$(machine_arch)") readlink -f -- "$BUN" && return ;;
    linux-x64) package=@oven/bun-linux-x64 ;;
    linux-arm64) package=@oven/bun-linux-aarch64 ;;
    *) die "Unknown target '$1': use linux-x64 or linux-arm64" ;;
  esac
  bun=$CACHE/bun-$BUN_VERSION-$1
  [ -x "$bun" ] || fetch_bun "$package" "$bun"
  echo "$bun"
}

fetch_bun() {
  local package=$1 bun=$2 dir wanted tarball
  have npm || die "npm is missing: it fetches the Bun of the other architecture"
  step "Fetching $package $BUN_VERSION"
  mkdir -p -- "$CACHE"
  dir=$(mktemp -d "$CACHE/fetch.XXXXXX")
  quietly npm pack "$package@$BUN_VERSION" --pack-destination "$dir" </dev/null ||
    die "npm could not fetch $package $BUN_VERSION"
  tarball=$(echo "$dir"/*.tgz)
  wanted=$(sed -n "\|\"node_modules/$package\": {|,/}/s/.*\"integrity\": \"sha512-\(.*\)\".*/\1/p" package-lock.json)
  [ "$(sha512sum <"$tarball" | cut -d ' ' -f 1 | base64_of_hex)" = "$wanted" ] ||
    die "$package $BUN_VERSION is not the one that package-lock.json names"
  tar -xzf "$tarball" -C "$dir" package/bin/bun
  mv -f -- "$dir/package/bin/bun" "$bun"
  rm -rf -- "$dir"
}

base64_of_hex() { "$BUN" -e 'console.log(Buffer.from(await Bun.stdin.text(), "hex").toString("base64"))'; }

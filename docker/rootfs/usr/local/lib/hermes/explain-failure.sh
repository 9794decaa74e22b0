# shellcheck shell=sh
# To be sourced where `hermes-boot prepare` ended before the init could start: ends the shell where nothing could be
# started. What is left undone of the boot's work the boot's scripts do. What there was to be said has been said.
checked=0
(
  . /usr/local/lib/hermes/clean-env.sh
  exec /usr/local/bin/hermes-boot preflight --clear-run >/dev/null 2>&1
) || checked="$?"
case "$checked" in
  1 | 2) exit "$checked" ;;
esac
if [ "$checked" -ge 126 ]; then
  pages="$(getconf PAGESIZE)"
  if [ "$pages" -gt 16384 ]; then
    echo "✗ Cannot run hermes on this kernel: its pages have $pages bytes, and hermes needs 4096 or 16384" >&2
    echo "  Hint: boot a kernel with smaller pages (not the one that is called 64k)" >&2
  else
    echo "✗ Cannot run hermes on this machine: 'hermes-boot preflight' ended with exit code $checked" >&2
    echo "  Hint: what it said is above; without a word it may be short of memory (docker run --memory)" >&2
  fi
  exit "$checked"
fi

# shellcheck shell=sh
# Sourced if `hermes-boot enter` failed: ends the shell with its exit code. `hermes-boot enter` has named what is
# missing; if it could not run, the kernel may be the cause.
code="$?"
[ "$code" -lt 126 ] || {
  pages="$(getconf PAGESIZE)"
  if [ "$pages" -gt 16384 ]; then
    echo "✗ Cannot run hermes on this kernel: its pages have $pages bytes, and hermes needs 4096 or 16384" >&2
    echo "  Hint: boot a kernel with smaller pages (not the one that is called 64k)" >&2
  else
    echo "✗ Cannot run hermes on this machine: 'hermes-boot enter' ended with exit code $code" >&2
    echo "  Hint: see its output above; if there is none, give the container more memory (docker run --memory)" >&2
  fi
}
exit "$code"

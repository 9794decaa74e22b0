# shellcheck shell=sh
# Sourced first: gives root's programs a PATH that hermes cannot write to, and keeps root's shells from running a file
# that a variable names. The given values are kept for programs that run as hermes; `src/cli/given-variables.ts`
# restores them.
root_path=/command:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
if [ "${PATH-}" != "$root_path" ]; then
  HERMES_GIVEN_PATH="${PATH-}"
fi
export HERMES_GIVEN_PATH="${HERMES_GIVEN_PATH-$root_path}" PATH="$root_path"
unset root_path
if [ -n "${BASH_ENV+given}" ]; then
  export HERMES_GIVEN_BASH_ENV="$BASH_ENV"
  unset BASH_ENV
fi
if [ -n "${ENV+given}" ]; then
  export HERMES_GIVEN_ENV="$ENV"
  unset ENV
fi

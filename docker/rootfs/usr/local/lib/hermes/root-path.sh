# shellcheck shell=sh
# To be sourced first: root's programs get a PATH that hermes cannot write to, and no shell of root's runs a file that a
# variable names. The given values are kept for what runs as hermes; `src/cli/given-variables.ts` gives them back.
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

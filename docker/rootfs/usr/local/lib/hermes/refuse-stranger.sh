# shellcheck shell=sh
# To be sourced where the shell ends at a failure: who is neither root nor hermes is told of the way that works. An init
# would only find a /run that is not its own. (Root owns what is in the image.)
[ -O /usr ] || [ "$(id -u)" -eq "$(id -u hermes)" ] || (
  . /usr/local/lib/hermes/clean-env.sh
  exec /usr/local/bin/hermes-boot preflight
)

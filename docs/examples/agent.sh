#!/bin/sh
# The smallest agent: HERMES_AGENT=/path/to/agent.sh. See docs/agent-contract.md.
set -eu

name=default words=
while [ "$#" -gt 0 ] && [ "$1" != -- ]; do
  case $1 in
    -p | --profile) name=$2 && shift ;;
    --profile=*) name=${1#*=} ;;
    *) words="$words $1" ;;
  esac
  shift
done
[ "${words#" gateway run"}" != "$words" ] || exec echo "Hello from $0, profile $name:$words"

profile=$HERMES_HOME
[ "$name" = default ] || profile=$HERMES_HOME/profiles/$name
[ -d "$profile" ] || { echo "no such profile: $name" >&2 && exit 78; }

# KEY VALUE, in a copy of the state file, whose other keys stay what they are.
set_key() {
  sed -Ei "s/\"$1\": *(\"[^\"]*\"|[^,}]*)/\"$1\": $2/" "$new"
  grep -q "\"$1\":" "$new" || sed -i "1s/{/{ \"$1\": $2,/" "$new"
}

say() {
  new=$profile/.state.$$
  cat "$profile/gateway_state.json" >"$new" 2>/dev/null || echo '{ "kind": "hermes-gateway" }' >"$new"
  set_key gateway_state "\"$1\""
  set_key pid "$$"
  set_key start_time "$(sed 's/.*) //' /proc/$$/stat | cut -d ' ' -f 20)"
  mv "$new" "$profile/gateway_state.json"
}

say starting
trap 'say draining; exit 0' TERM
say running
while :; do
  sleep 1 &
  wait "$!"
done

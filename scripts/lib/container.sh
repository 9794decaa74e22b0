# shellcheck shell=bash
# The container of scripts/up: its name, its volume, and the steps to start and remove it.

CONTAINER=hermes
VOLUME=hermes-data
IMAGE=hermes:dev

in_container() { "$ENGINE" exec "$CONTAINER" "$@" </dev/null; }

# Prints running, another state of the engine's, or nothing if there is no such container.
container_state() { "$ENGINE" container inspect --format '{{.State.Status}}' "$CONTAINER" 2>/dev/null || true; }

container_up() {
  local state image old
  state=$(container_state)
  image=$("$ENGINE" image inspect --format '{{.Id}}' "$IMAGE")
  old=$([ -z "$state" ] || "$ENGINE" container inspect --format '{{.Image}}' "$CONTAINER")
  if [ -n "$state" ] && [ "$old" != "$image" ]; then
    step "The image is new: replacing the container $CONTAINER (the volume $VOLUME stays)"
    remove_container
    remove_unnamed_image "$old"
    state=''
  fi
  case $state in
    running) step "The container $CONTAINER is already running" ;;
    '')
      engine_run_flags "$IMAGE"
      step "Starting the container $CONTAINER on the volume $VOLUME"
      quietly "$ENGINE" run --detach --name "$CONTAINER" --restart unless-stopped --volume "$VOLUME:/opt/data" \
        "${RUN_FLAGS[@]}" "$IMAGE" sleep infinity || die "$ENGINE could not start the container $CONTAINER"
      ;;
    *)
      step "Starting the container $CONTAINER again"
      quietly "$ENGINE" start "$CONTAINER" || die "$ENGINE could not start the container $CONTAINER"
      ;;
  esac
  wait_for_boot
}

# The boot is over when the root profile has its slot and the registrar listens.
wait_for_boot() {
  local deadline=$((SECONDS + 60))
  until in_container sh -c 'test -d /run/service/gateway-default && test -S /run/hermes-registrar/socket' \
    >/dev/null 2>&1; do
    if [ "$(container_state)" != running ] || ((SECONDS >= deadline)); then
      "$ENGINE" logs --tail 50 "$CONTAINER" >&2 || true
      die "The container $CONTAINER did not finish its boot (its last messages are above)"
    fi
    sleep 0.2
  done
}

# Creates and starts an example profile. One that has a state belongs to its operator and is left alone.
example_profile() {
  local home=/opt/data/profiles/$1
  if ! in_container test -e "$home/SOUL.md"; then
    step "Creating the example profile $1"
    in_container hermes profile create "$1" >&2 || die "The profile $1 could not be created"
  fi
  if ! in_container test -e "$home/gateway_state.json"; then
    step "Starting the gateway of $1"
    in_container hermes -p "$1" gateway start >&2 || die "The gateway of $1 could not be started"
  fi
}

remove_container() {
  quietly "$ENGINE" stop "$CONTAINER" || true
  quietly "$ENGINE" rm --force "$CONTAINER" || die "$ENGINE could not remove the container $CONTAINER"
}

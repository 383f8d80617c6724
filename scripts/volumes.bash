#!/usr/bin/env bash
# Functions of backup and restore, which source this file at the top of the checkout.
# shellcheck disable=SC2034  # used by those that source it
volumes=(kafka mariadb producer)
project="$(docker compose config | awk '$1 == "name:" { print $2; exit }')"

die() { printf '%s\n' "$*" >&2; exit 1; }
exists() { docker volume inspect "${project}_$1" > /dev/null 2>&1; }

# A copy of files that a server writes to is inconsistent.
refuse_running() {
  local volume
  for volume in "${volumes[@]}"; do
    [[ -z $(docker ps --quiet --filter "volume=${project}_$volume") ]] \
      || die "the volume ${project}_$volume is in use: stop the stack first (docker compose stop)"
  done
}

# Runs a program in a container with the volumes as /volumes/NAME, and without a network.
with_volumes() {
  local mode="$1" program="$2" volume mounts=(); shift 2
  for volume in "${volumes[@]}"; do mounts+=(--volume "${project}_$volume:/volumes/$volume:$mode"); done
  docker run --rm --interactive --network none --user 0:0 "${mounts[@]}" --entrypoint "$program" "$(image)" "$@"
}

# An image of the stack: it is present and has tar.
image() { docker compose config --images mariadb; }

#!/usr/bin/env bash
# What backup and restore share: it is sourced by them, at the top of the checkout.
# shellcheck disable=SC2034  # used by those that source it
volumes=(kafka mariadb producer)
project="$(docker compose config | awk '$1 == "name:" { print $2; exit }')"

die() { printf '%s\n' "$*" >&2; exit 1; }
exists() { docker volume inspect "${project}_$1" > /dev/null 2>&1; }

# A copy of files that a server writes to is none.
refuse_running() {
  local volume
  for volume in "${volumes[@]}"; do
    [[ -z $(docker ps --quiet --filter "volume=${project}_$volume") ]] \
      || die "The volume ${project}_$volume is in use: stop the stack first (docker compose stop)"
  done
}

# A program in a container that sees nothing but the volumes, as /volumes/NAME.
with_volumes() {
  local mode="$1" program="$2" volume mounts=(); shift 2
  for volume in "${volumes[@]}"; do mounts+=(--volume "${project}_$volume:/volumes/$volume:$mode"); done
  docker run --rm --interactive --network none --user 0:0 "${mounts[@]}" --entrypoint "$program" "$(image)" "$@"
}

# One of the stack's own images: it has been pulled, or built, and it has tar.
image() { docker compose config --images mariadb; }

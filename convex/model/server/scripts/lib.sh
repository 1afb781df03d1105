# shellcheck shell=bash
# What the scripts beside it share; sourced by them. MOORAGE_ROOT stands before every path, for tests.
set -euo pipefail
umask 077
root=${MOORAGE_ROOT:-}
etc=$root/etc/moorage
run=$root/run/moorage
srv=$root/srv/moorage
opt=$root/opt/moorage
gateway=http://127.0.0.1:${MOORAGE_GATEWAY_PORT:-18789}
mkdir -p "$run" "$srv/state/workspace" "$srv/backups"
# In memory, as /run is: what passes through may be a secret.
work=$(mktemp -d "$run/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
url=$(jq -er .url "$etc/server.json")

say() { echo "moorage: $*" >&2; }

# own USER PATH...: only root can give files away.
own() { if [ "$(id -u)" = 0 ]; then chown "$@"; fi; }

# call KIND FUNCTION KEYFILE: the arguments as JSON on stdin, the value on stdout. Keys travel in files, never in argv.
call() {
  printf 'Authorization: Bearer %s\n' "$(cat "$3")" >"$work/auth"
  jq -c --arg path "$2" '{path: $path, format: "json", args: .}' >"$work/body"
  curl -fsS --proto '=https' --tlsv1.2 --max-time "${limit:-30}" --retry "${retries:-5}" --retry-all-errors \
    -H "@$work/auth" -H 'Content-Type: application/json' --data-binary "@$work/body" -o "$work/reply" "$url/api/$1"
  jq -e 'if .status == "success" then .value else error("\(.errorMessage)") end' "$work/reply"
}

# event KIND MESSAGE: never stands in the way of what it tells about.
event() {
  jq -n --arg kind "$1" --arg message "${2:0:2000}" --arg opId "$(uuid)" \
    '{events: [{kind: $kind, message: $message, at: (now * 1000 | floor)}], opId: $opId}' |
    call mutation instances:events "$etc/server.key" >/dev/null || say "not told: $1"
}

uuid() { cat /proc/sys/kernel/random/uuid; }

# With the tunnel where it has a token.
compose() {
  local profile=()
  if [ -s "$run/tunnel.token" ]; then profile=(--profile tunnel); fi
  docker compose --project-directory "$opt" --env-file "$srv/compose.env" "${profile[@]}" "$@"
}

# Everything anew: configuration, environment and the tunnel's token are read when a program starts.
up() {
  compose up -d --force-recreate --remove-orphans || return
  if [ ! -s "$run/tunnel.token" ]; then compose --profile tunnel rm -sf tunnel; fi
}

# What was pulled runs now.
loaded() {
  mkdir -p "$run/running"
  cp "$run/gateway.env" "$run/tunnel.token" "$run/running"
  cp "$run/pulled.json" "$run/loaded.json"
}

# OpenClaw's own command, in the gateway that runs.
openclaw() { compose exec -T gateway node dist/index.js "$@"; }

# Whether it answers; after a start it may take minutes.
answers() { curl -fsS -o /dev/null --max-time 3 "$gateway/healthz" 2>/dev/null; }
await_gateway() {
  for _ in $(seq 1 "${MOORAGE_TRIES:-60}"); do
    if answers; then return 0; fi
    sleep "${MOORAGE_PAUSE:-5}"
  done
  return 1
}

# alone NAME [SECONDS]: one at a time. Whoever comes second has nothing to do, or waits for its turn.
alone() {
  exec 9>"$run/$1.lock"
  if [ -n "${2:-}" ]; then flock -w "$2" 9; else flock -n 9 || exit 0; fi
}

applied() { cat "$srv/generation" 2>/dev/null || echo 0; }

#!/usr/bin/env bash
# Pulls the secrets into files under /run, one each, and has the gateway read them again. A reboot empties /run.
# shellcheck source=lib.sh
. "${MOORAGE_ROOT:-}/opt/moorage/lib.sh"
if [ "${1:-}" = before-start ]; then alone secrets 300; else alone secrets; fi
dir=$run/secrets

pull() {
  echo '{}' | call action instances:secrets "$etc/server.key" >"$work/secrets.json"
  # The container's user reads them; the folder stays the same one, for it is mounted.
  mkdir -p "$dir"
  chmod 0700 "$dir"
  jq -r '.secrets[].name' "$work/secrets.json" >"$work/names"
  while read -r name; do
    [[ $name =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]] || continue
    jq -j --arg name "$name" '.secrets[] | select(.name == $name) | .value' "$work/secrets.json" |
      base64 -d >"$dir/.next"
    chmod 0400 "$dir/.next"
    own 1000:1000 "$dir/.next"
    mv "$dir/.next" "$dir/$name"
  done <"$work/names"
  for file in "$dir"/*; do
    if [ -e "$file" ] && ! grep -qxF "$(basename "$file")" "$work/names"; then rm -f "$file"; fi
  done
  own 1000:1000 "$dir"
  jq -c '{secretsAt, versions: [.secrets[] | {name, version}]}' "$work/secrets.json" >"$work/pulled"
  mv "$work/pulled" "$run/pulled.json"
  missing=$(jq -r '.missing | join(", ")' "$work/secrets.json")
  if [ -n "$missing" ]; then event note "These secrets have no value: $missing"; fi
}

# The gateway's environment holds the gateway's token and nothing else; without one of Moorage's it has its own.
gateway_env() {
  local token=$dir/OPENCLAW_GATEWAY_TOKEN
  if [ ! -s "$token" ]; then
    token=$etc/gateway.token
    if [ ! -s "$token" ]; then od -An -vtx1 -N32 /dev/urandom | tr -d ' \n' >"$token"; fi
  fi
  { printf 'OPENCLAW_GATEWAY_TOKEN=' && head -n 1 "$token" && echo; } | sed '/^$/d' >"$work/gateway.env"
  mv "$work/gateway.env" "$run/gateway.env"
}

# The tunnel runs as another user, with a copy of its own.
tunnel() {
  local name
  name=$(jq -r '.tunnelSecret // ""' "$srv/config.json" 2>/dev/null) || name=
  if [ -n "$name" ] && [ -s "$dir/$name" ]; then
    cp "$dir/$name" "$work/tunnel"
    chmod 0400 "$work/tunnel"
    own 65532:65532 "$work/tunnel"
    mv "$work/tunnel" "$run/tunnel.token"
  else
    rm -f "$run/tunnel.token"
    : >"$run/tunnel.token"
  fi
}

if [ "${1:-}" != reload ]; then pull; fi
gateway_env
tunnel
# A new container reads them when it starts. One that runs is told to, or started anew for what it reads only then; they
# count once it has.
if [ "${1:-}" = before-start ]; then exit 0; fi
take() {
  for file in gateway.env tunnel.token; do
    if ! cmp -s "$run/$file" "$run/running/$file"; then
      up && await_gateway
      return
    fi
  done
  openclaw secrets reload
}
if answers; then
  take >"$work/said" 2>&1 || {
    event note "The gateway did not take the new secrets: $(tail -n 3 "$work/said")"
    exit 1
  }
  loaded
  event secrets_loaded "$(jq -r '[.versions[] | "\(.name) v\(.version)"] | join(", ")' "$run/loaded.json")"
fi

#!/usr/bin/env bash
# Brings the wanted configuration onto this server: checked, backed up before, taken back when the gateway does not answer.
# shellcheck source=lib.sh
. "${MOORAGE_ROOT:-}/opt/moorage/lib.sh"
alone apply
echo '{}' | call query instances:config "$etc/server.key" >"$work/config.json"
generation=$(jq -er .generation "$work/config.json")
before=$(applied)
image=
if [ "$generation" = "$before" ]; then exit 0; fi

# tell OUTCOME [DETAIL]: the same news once, however often it is tried.
tell() {
  local detail=${2:-}
  local news="$generation $1 $detail"
  if [ "$news" = "$(cat "$srv/told" 2>/dev/null)" ]; then return 0; fi
  jq -n --argjson generation "$generation" --arg outcome "$1" --arg image "$image" --arg detail "${detail:0:2000}" \
    --arg opId "$(uuid)" '{generation: $generation, outcome: $outcome, opId: $opId}
      + (if $outcome == "applied" then {image: $image} else {} end)
      + (if $detail == "" then {} else {detail: $detail} end)' |
    call mutation instances:report "$etc/server.key" >/dev/null
  echo "$news" >"$srv/told"
}

# refuse DETAIL: as it was, and not tried again until something else is wanted.
refuse() {
  say "$1"
  echo "$generation" >"$srv/refused"
  tell rolled_back "$1"
  exit 0
}

# wrong DETAIL: the configuration before stays. The first one has none, and is tried again.
wrong() {
  if [ "$before" != 0 ]; then refuse "$1"; fi
  tell failed "$1"
  exit 1
}

# pinned IMAGE: what is here under this name, by its digest. Fails where that is not the digest which was asked for.
pinned() {
  local name=${1%@*} digest=
  if [[ $1 == *@* ]]; then digest=${1##*@}; fi
  if [[ ${name##*/} == *:* ]]; then name=${name%:*}; fi
  # As Docker calls it.
  local known=${name#docker.io/}
  docker image inspect -f '{{range .RepoDigests}}{{println .}}{{end}}' "$1" 2>/dev/null |
    awk -F@ -v name="${known#library/}" -v digest="$digest" \
      '$1 == name && (digest == "" || $2 == digest) { print; found = 1; exit } END { exit !found }'
}

last() { tail -n 3 "$work/said" | tr '\n' ' '; }

# install_files CONFIG: what the gateway starts with.
install_files() {
  jq -er .openclaw "$1" >"$work/openclaw.json"
  own 1000:1000 "$work/openclaw.json"
  mv "$work/openclaw.json" "$srv/state/openclaw.json"
  jq -er '.image | if test("[\n\r]") then error("a line break in the image") else "GATEWAY_IMAGE=\(.)" end' "$1" >"$work/env"
  mv "$work/env" "$srv/compose.env"
}

start() { up >"$work/said" 2>&1 && await_gateway; }

# The new image reads the new configuration before the old one is touched.
mkdir -p "$srv/next"
jq -er .openclaw "$work/config.json" >"$srv/next/openclaw.json"
own -R 1000:1000 "$srv/next" "$srv/state" "$srv/backups"
wanted=$(jq -er .image "$work/config.json")
# By its digest it is the same wherever it comes from; a tag is asked about once, and is a digest from then on.
if ! { [[ $wanted == *@* ]] && image=$(pinned "$wanted"); }; then
  if ! docker pull -q "$wanted" >"$work/said" 2>&1; then
    tell failed "The image could not be fetched: $(last)"
    exit 1
  fi
  image=$(pinned "$wanted") || wrong "What came for $wanted has not its digest."
fi
if ! docker run --rm --network none -v "$srv/next:/next:ro" -v "$opt/resolve-secret:/opt/moorage/resolve-secret:ro" \
  -e OPENCLAW_CONFIG_PATH=/next/openclaw.json "$image" node dist/index.js config validate >"$work/said" 2>&1; then
  wrong "OpenClaw does not accept the configuration: $(last)"
fi
if [ "$before" != 0 ] && answers; then
  openclaw backup create --verify --output /backups >"$work/said" 2>&1 ||
    refuse "The state could not be backed up: $(last)"
  # The newest five stay.
  find "$srv/backups" -mindepth 1 -maxdepth 1 -printf '%T@\t%p\0' | sort -zrn | tail -zn +6 | cut -zf2- | xargs -0r rm -rf
fi

jq --arg image "$image" '.image = $image' "$work/config.json" >"$work/next.json"
# What is there may be of a try that the machine did not survive: back is what ran.
if [ "$(jq .generation "$srv/config.json" 2>/dev/null)" = "$before" ]; then
  cp "$srv/config.json" "$srv/config.before.json"
fi
mv "$work/next.json" "$srv/config.json"
"$opt/secrets" before-start
install_files "$srv/config.json"
if start; then
  echo "$generation" >"$srv/generation"
  loaded
  rm -f "$srv/refused"
  tell applied
  exit 0
fi
detail="The gateway did not answer: $(last)"
if [ ! -s "$srv/config.before.json" ]; then
  tell failed "$detail"
  exit 1
fi
mv "$srv/config.before.json" "$srv/config.json"
install_files "$srv/config.json"
if start; then refuse "$detail"; fi
tell failed "$detail; nor does it with the configuration before"
exit 1

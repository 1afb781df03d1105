#!/usr/bin/env bash
# Says how this server is, and begins what the answer asks for.
# shellcheck source=lib.sh
. "${MOORAGE_ROOT:-}/opt/moorage/lib.sh"
limit=15
retries=1

state=$(docker inspect -f '{{.State.Status}}' moorage-gateway 2>/dev/null) || state=missing
case $state in
  running) if answers; then container=running; else container=unhealthy; fi ;;
  missing) container=missing ;;
  *) container=stopped ;;
esac
image=$(docker inspect -f '{{.Config.Image}}' moorage-gateway 2>/dev/null) || image=

# What the models have cost, where the gateway counts it.
cost() {
  printf 'Authorization: Bearer %s\n' "$(sed 's/^[^=]*=//' "$run/gateway.env")" >"$work/metrics-auth"
  curl -fsS --max-time 3 -H "@$work/metrics-auth" "$gateway/api/diagnostics/prometheus" |
    awk '/^openclaw_model_cost_usd_total[{ ]/ { sum += $NF; seen = 1 } END { if (seen) printf "%.6f", sum; else exit 1 }'
}
cost_usd=$(cost 2>/dev/null) || cost_usd=null

versions=$(jq -c .versions "$run/loaded.json" 2>/dev/null) || versions='[]'
jq -n --argjson generation "$(applied)" --arg container "$container" --arg image "$image" \
  --rawfile boot /proc/sys/kernel/random/boot_id --argjson secrets "$versions" \
  --argjson load "$(cut -d' ' -f1 /proc/loadavg)" \
  --argjson disk "$(df --output=pcent "${root:-/}" | tail -n 1 | tr -dc 0-9)" \
  --argjson memory "$(awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo)" \
  --argjson reboot "$([ -e "$root/run/reboot-required" ] && echo true || echo false)" \
  --argjson cost "$cost_usd" \
  '{generation: $generation, container: $container, bootId: ($boot | rtrimstr("\n")), secrets: $secrets, load: $load,
    diskUsedPercent: $disk, memoryAvailableMb: $memory, rebootRequired: $reboot}
   + (if $image == "" then {} else {image: $image} end)
   + (if $cost == null then {} else {modelCostUsd: $cost} end)' |
  call mutation instances:heartbeat "$etc/server.key" >"$work/desired.json"

# The gateway's last lines, without the values of its secrets: whole, and line by line where they have several.
send_logs() {
  for file in "$run/secrets"/* "$etc/gateway.token"; do
    if [ -s "$file" ]; then jq -Rs '., split("\n")[] | select(length >= 6)' "$file"; fi
  done | jq -s 'unique | sort_by(-length)' >"$work/values.json"
  docker logs --tail 150 moorage-gateway 2>&1 | tr -d '\000' |
    jq -Rs --slurpfile values "$work/values.json" --arg opId "$(uuid)" \
      'reduce $values[0][] as $value (.; split($value) | join("•••"))
       | {lines: [split("\n")[] | select(. != "") | .[0:800]][-150:], opId: $opId}' |
    call action instances:logs "$etc/server.key" >/dev/null
}
if jq -e .logsWanted "$work/desired.json" >/dev/null; then send_logs || say "the log was not sent"; fi

# What has happened since the last time.
before=$(cat "$run/state" 2>/dev/null) || before=
echo "$state" >"$run/state"
if [ "$before" = running ] && [ "$state" != running ]; then
  code=$(docker inspect -f '{{.State.ExitCode}}' moorage-gateway 2>/dev/null) || code=unknown
  event container_exited "The gateway is $state, exit code $code."
fi
if [ -e "$root/run/reboot-required" ] && [ ! -e "$run/reboot-told" ]; then
  event reboot_required "Updates wait for a restart of the machine."
  touch "$run/reboot-told"
fi

# Each in a unit of its own, so that heartbeats go on meanwhile.
wanted=$(jq -r .generation "$work/desired.json")
refused=$(cat "$srv/refused" 2>/dev/null) || refused=
if [ "$wanted" != "$(applied)" ] && [ "$wanted" != "$refused" ]; then
  systemctl start --no-block moorage-apply.service
fi
secrets_at() { jq -r .secretsAt "$1" 2>/dev/null || echo none; }
if [ "$(jq -r .secretsAt "$work/desired.json")" != "$(secrets_at "$run/pulled.json")" ]; then
  systemctl start --no-block moorage-secrets.service
elif [ "$container" = running ] && [ "$(secrets_at "$run/loaded.json")" != "$(secrets_at "$run/pulled.json")" ]; then
  systemctl start --no-block moorage-reload.service
fi

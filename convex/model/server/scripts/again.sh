#!/usr/bin/env bash
# On a machine of one's own, before anything is changed: what is left of a deployment that is over is put aside, and a
# machine that is another's server stays that. Nothing of Moorage's need be there.
set -euo pipefail
root=${MOORAGE_ROOT:-}
etc=$root/etc/moorage
srv=$root/srv/moorage
if [ ! -s "$etc/server.key" ]; then exit 0; fi
name=$(jq -er .name "$etc/server.json")
url=$(jq -er .url "$etc/server.json")
refuse() {
  echo "moorage: nothing was changed. $*" >&2
  exit 1
}
said=$(printf 'Authorization: Bearer %s' "$(cat "$etc/server.key")" | curl -fsS --proto '=https' --max-time 30 -H @- \
  -H 'Content-Type: application/json' -d '{"path":"instances:config","format":"json","args":{}}' "$url/api/query") || said=
case $said in
  '{"status":"success"'*)
    if [ "$name" = "${NAME:-}" ]; then exit 0; fi
    refuse "This machine is the server \"$name\" already; moorage deploy destroy $name ends that."
    ;;
  *'"code":"unauthenticated"'*) ;;
  *) refuse "$url does not tell whether this machine is still the server \"$name\". If it is not, move $etc and $srv away." ;;
esac
docker rm -f moorage-gateway >/dev/null 2>&1 || true
aside=$srv.$(date +%s)
if [ -e "$srv" ]; then mv "$srv" "$aside"; fi
rm -rf "$root/run/moorage" "$etc/server.key" "$etc/claim" "$etc/gateway.token"
echo "moorage: the server \"$name\" is over; what it kept is in $aside" >&2

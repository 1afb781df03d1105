#!/usr/bin/env bash
# Trades the one-time token for this server's own key. The claim is made once: when the answer is lost, the same claim
# may ask again, and no other.
# shellcheck source=lib.sh
. "${MOORAGE_ROOT:-}/opt/moorage/lib.sh"
if [ -s "$etc/server.key" ]; then exit 0; fi
if [ ! -s "$etc/claim" ]; then
  uuid >"$work/claim"
  mv "$work/claim" "$etc/claim"
fi
host_key=$(ssh-keygen -lf "$root/etc/ssh/ssh_host_ed25519_key.pub" 2>/dev/null | awk '{ print $2 }') || host_key=
machine=$(cloud-init query instance_id 2>/dev/null) || machine=
jq -n --rawfile claim "$etc/claim" --arg ssh "$host_key" --arg machine "${machine:0:128}" \
  '{claim: ($claim | rtrimstr("\n"))}
   + (if $ssh == "" then {} else {sshHostKey: $ssh} end)
   + (if $machine == "" then {} else {machineId: $machine} end)' |
  call action instances:redeem "$etc/token" | jq -ej .key >"$work/key"
mv "$work/key" "$etc/server.key"
rm -f "$etc/token" "$etc/claim"

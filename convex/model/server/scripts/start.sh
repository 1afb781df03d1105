#!/usr/bin/env bash
# After every start of the machine: enrolled once, secrets pulled again, the gateway up. systemd repeats it until it works.
# shellcheck source=lib.sh
. "${MOORAGE_ROOT:-}/opt/moorage/lib.sh"
"$opt/enrol"
# OpenClaw runs it, and only if it is its own.
own 1000:1000 "$opt/resolve-secret"
if [ "$(applied)" = 0 ]; then
  "$opt/apply"
else
  "$opt/secrets" before-start
  compose up -d --remove-orphans
  await_gateway || say "the gateway does not answer yet"
  cp "$run/pulled.json" "$run/loaded.json"
fi
event booted "boot $(cat /proc/sys/kernel/random/boot_id)"

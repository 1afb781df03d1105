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
  # Docker may have started it by itself, before there was a secret.
  up
  if await_gateway; then loaded; else say "the gateway does not answer yet"; fi
fi
event booted "boot $(cat /proc/sys/kernel/random/boot_id)"

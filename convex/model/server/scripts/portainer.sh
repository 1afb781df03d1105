#!/usr/bin/env bash
# For whoever wants Portainer here: on this machine's own address alone, and with its password made before it starts, so
# that no visitor can choose one.
# shellcheck source=lib.sh
. "${MOORAGE_ROOT:-}/opt/moorage/lib.sh"
password=$etc/portainer.password
if [ ! -s "$password" ]; then
  head -c 24 /dev/urandom | base64 | tr -d '\n' >"$work/password"
  chmod 0400 "$work/password"
  mv "$work/password" "$password"
fi
compose --profile portainer up -d portainer
say "https://127.0.0.1:9443, user admin, password in $password; from elsewhere: ssh -N -L 9443:127.0.0.1:9443"

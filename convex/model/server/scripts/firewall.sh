#!/usr/bin/env bash
# Containers must not reach the metadata service, which still serves what this server was made of. Runs before dockerd,
# which keeps a chain that is there.
set -euo pipefail
if ! iptables -w -n -L DOCKER-USER >/dev/null 2>&1; then iptables -w -N DOCKER-USER; fi
if ! iptables -w -C DOCKER-USER -d 169.254.0.0/16 -j DROP 2>/dev/null; then
  iptables -w -I DOCKER-USER -d 169.254.0.0/16 -j DROP
fi

#!/usr/bin/env bash
# Docker Engine from Docker's own repository, whose key is known by its fingerprint.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
fingerprint=9DC858229FC7DD38854AE2D88D81803C0EBFCD88
key=/etc/apt/keyrings/docker.asc
if docker compose version >/dev/null 2>&1; then exit 0; fi
# shellcheck source=/dev/null
. /etc/os-release
: "${ID:?}" "${VERSION_CODENAME:?}"
install -d -m 0755 /etc/apt/keyrings
curl -fsS --proto '=https' --retry 5 --retry-all-errors -o "$key" "https://download.docker.com/linux/$ID/gpg"
found=$(gpg --batch --show-keys --with-colons "$key" | awk -F: '$1 == "fpr" { print $10; exit }')
if [ "$found" != "$fingerprint" ]; then
  rm -f "$key"
  echo "moorage: Docker's key is not the one that is known" >&2
  exit 1
fi
chmod 0644 "$key"
cat >/etc/apt/sources.list.d/docker.sources <<END
Types: deb
URIs: https://download.docker.com/linux/$ID
Suites: $VERSION_CODENAME
Components: stable
Architectures: $(dpkg --print-architecture)
Signed-By: $key
END
apt-get -o DPkg::Lock::Timeout=300 update
apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends docker-ce docker-ce-cli containerd.io docker-compose-plugin
systemctl enable --now docker

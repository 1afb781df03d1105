#!/usr/bin/env bash
# Once, when the server is made: puts in force what was written beside it. systemd does, and repeats, the rest.
set -euo pipefail
has() { [ -e "$1" ]; }
if has /etc/sysctl.d/60-moorage.conf; then
  sysctl --quiet --system
  systemctl try-restart systemd-journald
fi
if has /etc/ssh/sshd_config.d/00-moorage.conf; then
  passwd -l root
  sshd -t
  systemctl try-reload-or-restart ssh
fi
if has /etc/moorage/firewall; then
  ufw default deny incoming
  ufw default allow outgoing
  if grep -qx ssh /etc/moorage/firewall || [ -s /home/ops/.ssh/authorized_keys ]; then
    # Wherever it listens: the owner of a machine may have moved it. Without that folder sshd tells nothing.
    install -d -m 0755 /run/sshd
    ports=$(sshd -T 2>/dev/null | awk '$1 == "port" { print $2 }') || ports=
    for port in ${ports:-22}; do ufw limit "$port/tcp" comment ssh; done
  fi
  ufw --force enable
  systemctl enable --now fail2ban
  systemctl restart fail2ban
fi
systemctl enable --now unattended-upgrades
systemctl daemon-reload
systemctl enable --now moorage-firewall.service moorage-beat.timer
systemctl enable moorage-start.service
systemctl start --no-block moorage-start.service

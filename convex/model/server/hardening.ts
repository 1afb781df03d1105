/** What the profile `production_hardened` adds, file by file. */
import type { File, ServerSpec } from "./spec.ts";

const text = (lines: readonly string[]): string => `${lines.join("\n")}\n`;
const plain = (path: string, lines: readonly string[]): File => ({ path, mode: "0644", content: text(lines) });

/** sshd keeps the first value it reads, so this sorts before every other file. */
const sshd = plain("/etc/ssh/sshd_config.d/00-moorage.conf", [
  "PermitRootLogin no",
  "PasswordAuthentication no",
  "KbdInteractiveAuthentication no",
  "AuthenticationMethods publickey",
  "AllowUsers ops",
  "MaxAuthTries 3",
  "LoginGraceTime 20",
  "X11Forwarding no",
  "AllowAgentForwarding no",
  "AllowTcpForwarding local",
  "PermitTunnel no",
  "ClientAliveInterval 300",
  "ClientAliveCountMax 2",
]);

const fail2ban = plain("/etc/fail2ban/jail.d/moorage.local", [
  "[DEFAULT]",
  "banaction = ufw",
  "findtime = 10m",
  "bantime = 1h",
  "bantime.increment = true",
  "bantime.maxtime = 1w",
  "",
  "[sshd]",
  "enabled = true",
  "backend = systemd",
  "maxretry = 4",
]);

/** Forwarding is left alone: Docker needs it. */
const sysctl = plain("/etc/sysctl.d/60-moorage.conf", [
  "kernel.kptr_restrict = 2",
  "kernel.dmesg_restrict = 1",
  "kernel.sysrq = 0",
  "kernel.unprivileged_bpf_disabled = 1",
  "kernel.yama.ptrace_scope = 2",
  "net.core.bpf_jit_harden = 2",
  "fs.protected_fifos = 2",
  "fs.protected_regular = 2",
  "fs.suid_dumpable = 0",
  "net.ipv4.tcp_syncookies = 1",
  "net.ipv4.conf.all.rp_filter = 2",
  "net.ipv4.conf.all.accept_redirects = 0",
  "net.ipv4.conf.default.accept_redirects = 0",
  "net.ipv4.conf.all.send_redirects = 0",
  "net.ipv4.conf.all.accept_source_route = 0",
  "net.ipv4.conf.all.log_martians = 1",
  "net.ipv6.conf.all.accept_redirects = 0",
  "net.ipv6.conf.default.accept_redirects = 0",
]);

const journal = plain("/etc/systemd/journald.conf.d/moorage.conf", [
  "[Journal]",
  "SystemMaxUse=500M",
  "MaxRetentionSec=30day",
]);

/** Every server's: fixes come by themselves, and a restart that they need at night. */
export const updates: readonly File[] = [
  plain("/etc/apt/apt.conf.d/20auto-upgrades", [
    'APT::Periodic::Update-Package-Lists "1";',
    'APT::Periodic::Unattended-Upgrade "1";',
    'APT::Periodic::AutocleanInterval "7";',
  ]),
  plain("/etc/apt/apt.conf.d/52moorage-upgrades", [
    'Unattended-Upgrade::Remove-Unused-Dependencies "true";',
    'Unattended-Upgrade::Remove-Unused-Kernel-Packages "true";',
    'Unattended-Upgrade::Automatic-Reboot "true";',
    'Unattended-Upgrade::Automatic-Reboot-Time "04:30";',
  ]),
];

/** When SSH's port is open: always, or if the operator has a key. */
const FIREWALL = "/etc/moorage/firewall";

export const HARDENING_PACKAGES = ["ufw", "fail2ban", "python3-systemd"];

/** An owner's machine keeps its own way in: its accounts and its sshd are not touched, and the ports it listens on stay open. */
export function hardening({ isOwn }: ServerSpec): File[] {
  return [plain(FIREWALL, [isOwn ? "ssh" : "keys"]), ...(isOwn ? [] : [sshd]), fail2ban, sysctl, journal];
}

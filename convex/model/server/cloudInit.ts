/** A new server's user data: made as data and written by a serializer, so that no name can be anything but a name. */
import { stringify } from "yaml";
import { filesOf, packagesOf, TOKEN_PATH } from "./files.ts";
import { OPT } from "./places.ts";
import type { ServerSpec } from "./spec.ts";

/** Hetzner's limit, the narrowest. */
const MAX_BYTES = 32 * 1024;
const SWAP_BYTES = 2 * 1024 * 1024 * 1024;

/** `token` works once, for minutes, for this server alone; nothing else in it is worth anything to anyone. */
export function cloudInit(spec: ServerSpec, token: string): string {
  const text = `#cloud-config\n${stringify(userData(spec, token), { lineWidth: 0 })}`;
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > MAX_BYTES) throw new Error(`The user data has ${bytes} bytes, and a provider takes ${MAX_BYTES}.`);
  return text;
}

export function userData(spec: ServerSpec, token: string): object {
  const isHardened = spec.profile === "production_hardened";
  return {
    hostname: hostnameOf(spec.name),
    package_update: true,
    package_upgrade: true,
    packages: packagesOf(spec),
    timezone: "Etc/UTC",
    ssh_pwauth: false,
    disable_root: true,
    // In place of the image's own user; the provider's keys are for this one, too.
    user: OPERATOR,
    users: ["default"],
    ...(spec.sshKeys.length === 0 ? {} : { ssh_authorized_keys: [...spec.sshKeys] }),
    ...(isHardened
      ? {
          ssh_deletekeys: true,
          ssh_genkeytypes: ["ed25519", "rsa"],
          swap: { filename: "/swapfile", size: SWAP_BYTES, maxsize: SWAP_BYTES },
        }
      : {}),
    write_files: [
      { path: TOKEN_PATH, owner: "root:root", permissions: "0600", content: token },
      ...filesOf(spec).map(({ path, mode, content }) => ({ path, owner: "root:root", permissions: mode, content })),
    ],
    runcmd: [[`${OPT}/setup`]],
  };
}

const OPERATOR = {
  name: "ops",
  gecos: "Operator",
  shell: "/bin/bash",
  lock_passwd: true,
  sudo: "ALL=(ALL) NOPASSWD:ALL",
};

/** The name as one label of a host name. */
function hostnameOf(name: string): string {
  const label = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, "");
  return label === "" ? "moorage" : label;
}

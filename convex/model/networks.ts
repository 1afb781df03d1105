/** Addresses and the networks they are in. */
import ipaddr from "ipaddr.js";

export function isInside(address: unknown, cidrs: readonly string[]): boolean {
  if (typeof address !== "string" || !ipaddr.isValid(address)) return false;
  const ip = ipaddr.process(address);
  return cidrs.some((cidr) => {
    const [network, bits] = ipaddr.parseCIDR(cidr);
    return network.kind() === ip.kind() && ip.match(network, bits);
  });
}

/** Whether every address of a network is in one of the others. */
export function isNetworkInside(cidr: string, outer: readonly string[]): boolean {
  const [network, bits] = ipaddr.parseCIDR(cidr);
  return outer.some((other) => {
    const [around, outerBits] = ipaddr.parseCIDR(other);
    return around.kind() === network.kind() && bits >= outerBits && network.match(around, outerBits);
  });
}

/** The network that an address is remembered by: what one household or one machine room usually shares. */
export function networkOf(address: string): string | undefined {
  if (!ipaddr.isValid(address)) return undefined;
  const ip = ipaddr.process(address);
  const bits = ip.kind() === "ipv4" ? 24 : 48;
  const network =
    ip.kind() === "ipv4"
      ? ipaddr.IPv4.networkAddressFromCIDR(`${ip}/${bits}`)
      : ipaddr.IPv6.networkAddressFromCIDR(`${ip}/${bits}`);
  return `${network}/${bits}`;
}

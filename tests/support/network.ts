/**
 * The network beyond this machine, as functions meet it: `fetch` answers for the hosts that a test plays, fails for every
 * other, and leaves this machine's own addresses alone. (msw plays sockets; of those Node 24 keeps errors of OpenSSL
 * that end the process at the next `crypto.subtle` call.)
 */
type Receiver = (request: Request) => Response | Promise<Response>;

export interface Network {
  /** By host name; throwing is a connection that breaks. */
  readonly hosts: Map<string, Receiver>;
  close(): void;
}

export function openNetwork(): Network {
  const real = globalThis.fetch;
  const hosts = new Map<string, Receiver>();
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const { protocol, hostname } = new URL(request.url);
    if (protocol === "http:" && hostname === "127.0.0.1") return real(input, init);
    const receiver = hosts.get(hostname);
    if (receiver === undefined) throw new TypeError(`fetch failed: nobody plays ${hostname}`);
    return receiver(request);
  };
  return {
    hosts,
    close: () => {
      globalThis.fetch = real;
    },
  };
}

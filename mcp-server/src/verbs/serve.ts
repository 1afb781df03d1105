import { openDoor } from "../backend/open.ts";
import type { ListenAddress } from "../backend/types.ts";
import { SettingError } from "../setting-error.ts";
import { printLines } from "../terminal/print.ts";
import { readWords } from "../terminal/words.ts";
import type { Verb } from "../verb.ts";

const verb: Verb = {
  usage: `moorage serve [--listen ADDR]

  --listen ADDR   also let servers report in, and clients elsewhere call: 8787, 127.0.0.1:8787, [::]:8787

Keeps this machine's Moorage running without an MCP client, so that its jobs run: until it is interrupted.
What listens speaks plain HTTP: put a tunnel or a proxy with TLS in front, and set MOORAGE_PUBLIC_URL to its address.`,

  async run(given, { target, stdout }) {
    const words = readWords("serve", given, { listen: "value" });
    if (target.kind === "remote") {
      throw new SettingError(
        "MOORAGE_URL names a Moorage elsewhere, which runs by itself; leave it out to serve this one",
      );
    }
    const listen = words.get("listen");
    const address = listen === undefined ? undefined : readListenAddress(listen);
    const door = await openDoor(target, "owner");
    try {
      if (address !== undefined && door.listen === undefined) {
        throw new SettingError("this profile is of a Moorage elsewhere; leave it out to serve the one of this machine");
      }
      const at = address === undefined ? undefined : await door.listen?.(address);
      printLines(stdout, [
        at === undefined ? "Moorage runs; nothing listens." : `Moorage runs and listens at ${at}.`,
        ...(at === undefined || publicUrlOf(target) !== undefined
          ? []
          : ["Servers elsewhere find it once MOORAGE_PUBLIC_URL is set, for this and for the MCP server."]),
      ]);
      await untilSignal();
    } finally {
      await door.close();
    }
    return 0;
  },
};
export default verb;

const publicUrlOf = (target: object): string | undefined =>
  "publicUrl" in target ? String(target.publicUrl) : undefined;

/** `PORT` on this machine alone, or `HOST:PORT`. */
export function readListenAddress(text: string): ListenAddress {
  const [, bracketed, plain, digits] = /^(?:(?:\[([0-9a-fA-F:.]+)\]|([\w.-]+)):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) {
    throw new SettingError(`--listen must be a port or an address with one, such as 127.0.0.1:8787, not "${text}"`);
  }
  return { host: bracketed ?? plain ?? "127.0.0.1", port };
}

/** Nothing else keeps a process up that does not listen. A second signal ends it at once. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    const alive = setInterval(() => {}, 3_600_000);
    const end = () => {
      clearInterval(alive);
      for (const signal of SIGNALS) process.off(signal, end);
      resolve();
    };
    for (const signal of SIGNALS) process.on(signal, end);
  });
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

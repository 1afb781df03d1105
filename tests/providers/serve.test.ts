/** Doubles as a server in another process meets them. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { HETZNER_TOKEN, openHetzner } from "../support/providers/hetzner.ts";
import { serveProviders } from "../support/providers/serve.ts";
import { hasSpecs, SPECS_NOTE } from "../support/providers/specs.ts";

it.skipIf(!hasSpecs)(
  `a process that was started so reaches the double at the provider's address${SPECS_NOTE}`,
  async () => {
    const hetzner = openHetzner();
    const upstream = await serveProviders({ "api.hetzner.cloud": hetzner });
    const program = `
    const headers = { authorization: "Bearer ${HETZNER_TOKEN}" };
    const look = () => fetch("https://api.hetzner.cloud/v1/servers?per_page=1", { headers });
    console.log((await look()).status, await look().then(() => "answered", () => "lost"));`;
    const run = () => {
      const child = spawn(process.execPath, [...upstream.args, "--input-type=module", "--eval", program], {
        env: upstream.env,
      });
      return text(child.stdout);
    };
    expect(await run()).toBe("200 answered\n");
    hetzner.fail({ operation: "list_servers", instead: { status: 200, body: { servers: [] } } });
    hetzner.fail({ operation: "list_servers", lost: "after" });
    hetzner.breaches.length = 0;
    expect(await run()).toBe("200 lost\n");
    await upstream.close();
  },
);

/** Attack class 14: what leaves goes to addresses that nobody can change, over https, and no redirect leads it elsewhere. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { digitalocean } from "@moorage/convex/model/providers/digitalocean";
import { hetzner } from "@moorage/convex/model/providers/hetzner";
import type { Access, Provider } from "@moorage/convex/model/providers/types";
import { describe, expect, it } from "vitest";

const ADAPTERS: [name: string, open: (access: Access) => Provider, base: string][] = [
  ["hetzner", hetzner, "https://api.hetzner.cloud/v1/"],
  ["digitalocean", digitalocean, "https://api.digitalocean.com/v2/"],
];

const HOSTILE = [
  "../../../evil",
  "..",
  ".",
  "",
  "http://169.254.169.254/latest/meta-data",
  "//127.0.0.1/",
  "1@evil.example",
  "1?x=http://localhost",
  "1#fragment",
  "%2e%2e%2f",
  "1\r\nHost: evil",
];

describe.each(ADAPTERS)("%s", (_name, open, base) => {
  /** Everything that is asked of it, with the same hostile text in every place. */
  const askEverything = async (provider: Provider, text: string) => {
    const labels = { owner: text, deployment: text, attempt: text };
    await Promise.allSettled([
      provider.catalog(),
      provider.verifyCredential(),
      provider.createServer({ name: text, labels, region: text, size: text, userData: text }),
      provider.getServer(text),
      provider.findByLabel({ attempt: text }),
      provider.progress(text, [text]),
      provider.power(text, "stop"),
      provider.destroy(text),
      provider.list({ owner: text }),
    ]);
  };

  it.each(HOSTILE)("calls its own address alone, whatever it is asked for (%j)", async (text) => {
    const called: string[] = [];
    const redirects = new Set<string | undefined>();
    const fetch: Access["fetch"] = async (input, init) => {
      called.push(new Request(input, init).url);
      redirects.add(init?.redirect);
      return Response.json({}, { status: 500 });
    };
    await askEverything(open({ credential: "token", fetch }), text);
    expect(called.length).toBeGreaterThan(3);
    expect(called.filter((url) => !url.startsWith(base))).toEqual([]);
    expect([...redirects]).toEqual(["manual"]);
  });

  it("takes a redirect, an endless answer and one that is no JSON for failures, and repeats none of it", async () => {
    const answers = [
      () => new Response(null, { status: 302, headers: { location: "http://169.254.169.254/marker-7f3" } }),
      () => new Response(new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(1024 * 1024)) })),
      () => new Response("<html>marker-7f3</html>"),
      () => Response.json({ error: { code: "marker-7f3", message: "marker-7f3" }, id: "marker-7f3" }, { status: 422 }),
      () => Response.json([], { status: 200 }),
    ];
    for (const answer of answers) {
      let calls = 0;
      const fetch: Access["fetch"] = async () => {
        calls++;
        return answer();
      };
      const outcome = await open({ credential: "token", fetch }).list({ owner: "tenant" });
      expect(outcome).toMatchObject({ ok: false, class: expect.stringMatching(/^(retryable|rejected)$/) });
      expect(JSON.stringify(outcome)).not.toContain("marker-7f3");
      expect(calls).toBe(1);
    }
  });
});

it("functions reach out in few places, which hold these rules", () => {
  const folder = fileURLToPath(new URL("../../convex", import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (file) => /\.ts$/.test(file) && !/(^|\/)(node_modules|_generated)\/|\.test\.ts$/.test(file),
  );
  const reaching = files.filter((file) => /(?<![\w.])fetch\(/.test(readFileSync(`${folder}/${file}`, "utf8")));
  // open.ts hands the platform's own fetch to the adapters; endpoint.ts goes where its operator says, by rules like these.
  expect(reaching.sort()).toEqual([
    "model/meaning/endpoint.ts",
    "model/providers/http.ts",
    "model/providers/open.ts",
    "model/webhook/send.ts",
  ]);
});

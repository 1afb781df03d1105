import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { modules, schema } from "@moorage/convex/modules.map";
import { createEngine } from "@moorage/engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPackage } from "../../scripts/build.ts";
import { databaseOf, embedded } from "../support/embedded.ts";
import { StdioClient } from "../support/stdio-client.ts";

let folder: string;
let entry: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "moorage-two-"));
  ({ entry } = await buildPackage(join(folder, "dist")));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = async (home: string) => {
  const server = new StdioClient(embedded(entry, home));
  await server.initialize();
  return server;
};

const listed = async (server: StdioClient): Promise<string[]> => {
  const { content } = await server.call("memory_list", { limit: 100 });
  return JSON.parse(content[0]!.text).memories.map((memory: { content: string }) => memory.content);
};

describe("two servers on one data directory", () => {
  it("both write at once: each makes progress, and nothing is lost", async () => {
    const home = join(folder, "shared");
    const servers = await Promise.all([start(home), start(home)]);
    const order: string[] = [];
    const write = (server: StdioClient, name: string) =>
      Promise.all(
        Array.from({ length: 4 }, async (_, lane) => {
          for (let i = 0; i < 12; i++) {
            await server.call("memory_add", { type: "note", content: `${name} ${lane} ${i}` });
            order.push(name);
          }
        }),
      );
    await Promise.all(servers.map((server, i) => write(server, `process-${i}`)));

    const found = await Promise.all(servers.map(listed));
    expect(found[0]).toHaveLength(96);
    expect(new Set(found[0]).size).toBe(96);
    expect(found[1]).toEqual(found[0]);
    // Neither had to wait until the other was done.
    expect(new Set(order.slice(0, 72))).toEqual(new Set(["process-0", "process-1"]));
    expect(order.indexOf("process-1")).toBeLessThan(order.lastIndexOf("process-0"));
    expect(order.indexOf("process-0")).toBeLessThan(order.lastIndexOf("process-1"));
    await Promise.all(servers.map((server) => server.close()));
  });

  it("use it for the first time at once: one tenant, one set of keys, both answered", async () => {
    const home = join(folder, "first-use");
    const servers = await Promise.all(Array.from({ length: 4 }, () => start(home)));
    await Promise.all(servers.map((server, i) => server.call("memory_add", { type: "note", content: `first ${i}` })));
    expect((await listed(servers[0]!)).toSorted()).toEqual(["first 0", "first 1", "first 2", "first 3"]);
    await Promise.all(servers.map((server) => server.close()));

    expect(readdirSync(join(home, "config"))).toHaveLength(1);
    const engine = createEngine({ schema, modules, storage: { kind: "file", path: databaseOf(home) }, crons: false });
    const rows = await engine.inline("query", async (ctx) => ({
      tenants: (await ctx.db.query("tenants").collect()).map(({ name }: { name: string }) => name),
      keys: (await ctx.db.query("keys").collect()).map(({ name }: { name: string }) => name),
    }));
    await engine.close();
    // Besides the person's own there is the door, which belongs to nobody.
    expect(rows.tenants.toSorted()).toEqual(["local", "moorage:door"]);
    expect(rows.keys.toSorted()).toEqual(["agent", "door", "owner"]);
  });
});

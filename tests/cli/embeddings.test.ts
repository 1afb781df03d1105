/** `moorage memory embeddings`, against a service on this machine, as a model there would be. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { moorage } from "./support/command.ts";

const root = mkdtempSync(join(tmpdir(), "moorage-embeddings-"));
const home = { dataDir: join(root, "data"), configDir: join(root, "config") };
let http: Server;
let url: string;

beforeAll(async () => {
  http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { input } = JSON.parse(Buffer.concat(chunks).toString()) as { input: string[] };
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ data: input.map((text) => ({ embedding: [text.length, 1] })) }));
    });
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1`;
});
afterAll(() => {
  http.closeAllConnections();
  http.close();
  rmSync(root, { recursive: true });
});

const run = (...words: string[]) => moorage(home, ["memory", "embeddings", ...words]);

it("sets a service, tells about it, and turns it off", async () => {
  const set = await run("set", "--url", url, "--model", "small");
  expect(set).toMatchObject({ code: 0, stdout: expect.stringContaining(`Set: small at ${url}.`) });
  expect(JSON.parse((await run("status")).stdout)).toMatchObject({ embeddings: { url, model: "small" } });
  const shown = await moorage(home, ["memory", "embeddings", "status"], { terminal: true });
  expect(shown.stdout).toContain(`small at ${url}, since `);
  expect((await run("off")).stdout).toMatch(/^Off: /);
  expect(JSON.parse((await run("status")).stdout)).toEqual({});
  expect(await run("off")).toMatchObject({ code: 1, stderr: expect.stringContaining("No embeddings are set.") });
});

it.each([
  [["set", "--model", "small"], /say the service/],
  [
    ["set", "--url", "https://api.example.com", "--model", "m", "--dimensions", "many"],
    /--dimensions must be a number/,
  ],
  [["set", "--url", "http://192.168.0.1/v1", "--model", "m"], /url: must begin with https/],
])("says what is wrong with %j", async (words, why) => {
  expect(await run(...words)).toMatchObject({ code: 1, stderr: expect.stringMatching(why) });
});

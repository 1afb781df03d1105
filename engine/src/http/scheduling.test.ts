/** What is scheduled over HTTP runs, also when the server was restarted in between. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConvexHttpClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import { expect, it, onTestFinished } from "vitest";
import { createApp, startApp } from "./fixture.ts";

const sendLater = makeFunctionReference<"mutation", { text: string; delayMs: number }, string>("messages:sendLater");
const unschedule = makeFunctionReference<"mutation", { id: string }>("messages:unschedule");
const list = makeFunctionReference<"query", Record<string, never>, string[]>("messages:list");
const jobs = makeFunctionReference<"query", Record<string, never>, [string, string][]>("messages:jobs");

it("a mutation called over HTTP schedules another", async () => {
  const { engine, url } = await startApp();
  const client = new ConvexHttpClient(url);
  await client.mutation(sendLater, { text: "later", delayMs: 0 });
  await expect.poll(() => client.query(jobs, {})).toEqual([["messages.js:send", "success"]]);
  await engine.scheduler.idle();
  expect(await client.query(list, {})).toEqual(["later"]);
});

it("a canceled one never runs", async () => {
  const { url } = await startApp();
  const client = new ConvexHttpClient(url);
  const id = await client.mutation(sendLater, { text: "never", delayMs: 60_000 });
  await client.mutation(unschedule, { id });
  expect(await client.query(jobs, {})).toEqual([["messages.js:send", "canceled"]]);
  expect(await client.query(list, {})).toEqual([]);
});

it("one that became due while the server was down runs when it is back", async () => {
  const directory = mkdtempSync(join(tmpdir(), "engine-http-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const storage = { kind: "file" as const, path: join(directory, "app.db") };

  const first = createApp({ storage });
  await first.mutation("messages:sendLater", { text: "kept", delayMs: 20 });
  await first.close();

  const { url } = await startApp({ engine: { storage } });
  const client = new ConvexHttpClient(url);
  await expect.poll(() => client.query(list, {}), { timeout: 10_000 }).toEqual(["kept"]);
});

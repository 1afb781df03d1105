/** An app and a server for it, for tests that talk HTTP. */
import {
  actionGeneric,
  defineSchema,
  defineTable,
  httpActionGeneric,
  httpRouter,
  internalMutationGeneric,
  internalQueryGeneric,
  makeFunctionReference,
  mutationGeneric,
  queryGeneric,
} from "convex/server";
import { ConvexError, v } from "convex/values";
import { onTestFinished } from "vitest";
import type { Engine } from "../index.ts";
import { createEngine } from "../index.ts";
import type { EngineOptions } from "../types.ts";
import type { FunctionApiOptions } from "./api.ts";
import { createFunctionApi } from "./api.ts";
import { serve } from "./serve.ts";

const messages = {
  send: mutationGeneric({
    args: { text: v.string() },
    returns: v.id("messages"),
    handler: (ctx, { text }) => ctx.db.insert("messages", { text }),
  }),
  list: queryGeneric({
    args: {},
    handler: async (ctx) => (await ctx.db.query("messages").collect()).map(({ text }) => text),
  }),
  sendLater: mutationGeneric({
    args: { text: v.string(), delayMs: v.number() },
    handler: (ctx, { text, delayMs }) =>
      ctx.scheduler.runAfter(delayMs, makeFunctionReference<"mutation">("messages:send"), { text }),
  }),
  jobs: queryGeneric({
    args: {},
    handler: async (ctx) =>
      (await ctx.db.system.query("_scheduled_functions").collect()).map(({ name, state }) => [name, state.kind]),
  }),
  unschedule: mutationGeneric({
    args: { id: v.id("_scheduled_functions") },
    handler: (ctx, { id }) => ctx.scheduler.cancel(id),
  }),
  count: internalQueryGeneric({
    args: {},
    handler: async (ctx) => (await ctx.db.query("messages").collect()).length,
  }),
  clear: internalMutationGeneric({
    args: {},
    handler: async (ctx) => {
      for (const { _id } of await ctx.db.query("messages").collect()) await ctx.db.delete(_id);
    },
  }),
};

const values = {
  echo: queryGeneric({ args: { value: v.any() }, handler: (_ctx, { value }) => value }),
  special: queryGeneric({
    args: {},
    handler: () => ({ big: 7n, bytes: new Uint8Array([1]).buffer, float: Number.NaN, number: 1.5 }),
  }),
  whoAmI: queryGeneric({ args: {}, handler: (ctx) => ctx.auth.getUserIdentity() }),
  relay: actionGeneric({
    args: { value: v.any() },
    handler: (ctx, { value }) => ctx.runQuery(makeFunctionReference<"query">("values:echo"), { value }),
  }),
};

const failures = {
  plain: mutationGeneric({
    args: {},
    handler: async (ctx) => {
      await ctx.db.insert("messages", { text: "never kept" });
      throw new Error("boom");
    },
  }),
  withData: queryGeneric({
    args: {},
    handler: () => {
      throw new ConvexError({ code: "not_found", big: 7n });
    },
  }),
  logged: queryGeneric({
    args: {},
    handler: () => {
      // biome-ignore lint/suspicious/noConsole: what a function prints is what is tested
      console.log("hello", { a: 1 });
      // biome-ignore lint/suspicious/noConsole: the same
      console.warn("careful");
      return null;
    },
  }),
};

const files = {
  uploadUrl: mutationGeneric({ args: {}, handler: (ctx) => ctx.storage.generateUploadUrl() }),
  url: queryGeneric({ args: { id: v.id("_storage") }, handler: (ctx, { id }) => ctx.storage.getUrl(id) }),
  remove: mutationGeneric({ args: { id: v.id("_storage") }, handler: (ctx, { id }) => ctx.storage.delete(id) }),
};

const http = httpRouter();
http.route({
  path: "/hello",
  method: "POST",
  handler: httpActionGeneric(async (ctx, request) => {
    const identity = await ctx.auth.getUserIdentity();
    const query = new URL(request.url).searchParams.get("q");
    return Response.json({ text: await request.text(), query, user: identity?.subject ?? null }, { status: 201 });
  }),
});
http.route({ path: "/nothing", method: "GET", handler: httpActionGeneric(async () => undefined as never) });
http.route({
  pathPrefix: "/files/",
  method: "GET",
  handler: httpActionGeneric(async (_ctx, request) => {
    const headers = new Headers([
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
    ]);
    return new Response(new URL(request.url).pathname, { headers });
  }),
});
http.route({
  path: "/boom",
  method: "GET",
  handler: httpActionGeneric(async () => {
    throw new ConvexError({ code: "no" });
  }),
});

export const ADMIN_KEY = "app|0123456789abcdef";

export function createApp(options: Partial<EngineOptions> = {}): Engine {
  return createEngine({
    schema: defineSchema({ messages: defineTable({ text: v.string() }) }),
    modules: {
      "./messages.ts": async () => messages,
      "./dir/values.ts": async () => values,
      "./values.ts": async () => values,
      "./failures.ts": async () => failures,
      "./files.ts": async () => files,
      "./http.ts": async () => ({ default: http }),
    },
    storage: { kind: "memory" },
    onLog: () => undefined,
    ...options,
  });
}

/** Serves the app on a free port of this machine until the test ends. */
export async function startApp(options: { engine?: Partial<EngineOptions>; api?: FunctionApiOptions } = {}) {
  const engine = createApp(options.engine);
  const api = createFunctionApi(engine, { adminKey: ADMIN_KEY, ...options.api });
  const server = await serve(api.fetch);
  const site = await serve(api.fetchSite);
  onTestFinished(async () => {
    await Promise.all([server.close(), site.close()]);
    await engine.close();
  });

  const request = (path: string, init: RequestInit = {}) => fetch(`${server.url}${path}`, init);
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    request(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  return { engine, url: server.url, siteUrl: site.url, request, post };
}

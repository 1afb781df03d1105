import { request } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import type { ServeOptions } from "./serve.ts";
import { serve } from "./serve.ts";

async function start(handler: (request: Request) => Promise<Response>, options?: ServeOptions) {
  const server = await serve(handler, options);
  onTestFinished(() => server.close().catch(() => undefined));
  return server;
}

it("hands the handler a request as it was sent, and sends its answer", async () => {
  const server = await start(async (req) =>
    Response.json(
      { method: req.method, path: new URL(req.url).pathname, body: await req.text(), x: req.headers.get("x-x") },
      { status: 202, headers: { "x-y": "2" } },
    ),
  );
  const answer = await fetch(`${server.url}/a/b`, { method: "PUT", headers: { "x-x": "1" }, body: "é" });
  expect(answer.status).toBe(202);
  expect(answer.headers.get("x-y")).toBe("2");
  expect(await answer.json()).toEqual({ method: "PUT", path: "/a/b", body: "é", x: "1" });
});

it("takes a path with two slashes for a path", async () => {
  const server = await start(async (req) => new Response(req.url));
  expect(await (await fetch(`${server.url}//other.example/x`)).text()).toBe(`${server.url}//other.example/x`);
});

it("takes a whole URL, as clients of a proxy send it, for its path", async () => {
  const server = await start(async (req) => new Response(req.url));
  const { hostname, port, host } = new URL(server.url);
  const answer = await new Promise<string>((resolve, reject) => {
    const sent = request({ hostname, port, path: "http://other.example/a?b=1", headers: { host } }, async (response) =>
      resolve((await response.toArray()).join("")),
    );
    sent.once("error", reject).end();
  });
  expect(answer).toBe(`${server.url}/a?b=1`);
});

it("ends connections that clients keep open", async () => {
  const server = await serve(async () => new Response("ok"));
  const closed = new Promise<void>((resolve, reject) => {
    const sent = request(server.url, { headers: { connection: "keep-alive" } }, (answer) => {
      answer.resume();
      answer.socket.once("close", () => resolve());
      answer.once("end", () => server.close().catch(reject));
    });
    sent.once("error", reject);
    sent.end();
  });
  await closed;
});

it("answers what cannot be handled with 400", async () => {
  const server = await start(async () => {
    throw new Error("not for clients");
  });
  const answer = await fetch(server.url);
  expect(answer.status).toBe(400);
  expect(await answer.text()).toBe("");
});

it("says who the client is, not who it says it is, unless it is told to believe a proxy", async () => {
  const address = async (options?: ServeOptions): Promise<string> => {
    const server = await start(async (req) => new Response(req.headers.get("x-forwarded-for")), options);
    return (await fetch(server.url, { headers: { "x-forwarded-for": "9.9.9.9" } })).text();
  };
  expect(await address()).toBe("127.0.0.1");
  expect(await address({ trustProxy: true })).toBe("9.9.9.9");
});

it("knows of a proxy that it believes whether the client's connection was a secure one", async () => {
  const scheme = async (options?: ServeOptions): Promise<string> => {
    const server = await start(async (req) => new Response(new URL(req.url).protocol), options);
    return (await fetch(server.url, { headers: { "x-forwarded-proto": "https" } })).text();
  };
  expect(await scheme()).toBe("http:");
  expect(await scheme({ trustProxy: true })).toBe("https:");
});

it("tells the handler when the client is gone", async () => {
  const gone = Promise.withResolvers<void>();
  const waiting = Promise.withResolvers<void>();
  const server = await start(async (req) => {
    req.signal.addEventListener("abort", () => gone.resolve());
    waiting.resolve();
    await gone.promise;
    return new Response();
  });
  const abort = new AbortController();
  const answer = fetch(server.url, { signal: abort.signal });
  await waiting.promise;
  abort.abort();
  await expect(answer).rejects.toThrow();
  await gone.promise;
});

it("refuses a port that is taken", async () => {
  const server = await start(async () => new Response());
  const port = Number(new URL(server.url).port);
  await expect(serve(async () => new Response(), { port })).rejects.toMatchObject({ code: "EADDRINUSE" });
});

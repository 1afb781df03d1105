import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { startApp } from "./fixture.ts";

async function startWithFile(content: Uint8Array<ArrayBuffer>, type: string) {
  const app = await startApp();
  const call = async (kind: string, path: string, args: object) =>
    ((await (await app.post(`/api/${kind}`, { path, args })).json()) as { value: string }).value;
  // The engine writes its own cloud URL into the links it gives; what counts here is the path.
  const here = (link: string) => app.url + new URL(link).pathname + new URL(link).search;
  const uploadUrl = here(await call("mutation", "files:uploadUrl", {}));
  const upload = (headers: Record<string, string> = {}) =>
    fetch(uploadUrl, { method: "POST", headers: { "content-type": type, ...headers }, body: content });
  const store = async () => ((await (await upload()).json()) as { storageId: string }).storageId;
  const urlOf = async (id: string) => here(await call("query", "files:url", { id }));
  return { ...app, call, upload, store, urlOf };
}

const bytes = new Uint8Array(300_000).map((_, i) => i % 251);

describe("files", () => {
  it("are uploaded to the URL a function made and read from the one it gives", async () => {
    const { store, urlOf } = await startWithFile(bytes, "image/png");
    const answer = await fetch(await urlOf(await store()));
    expect(answer.headers.get("content-type")).toBe("image/png");
    expect(answer.headers.get("digest")).toBe(`sha-256=${createHash("sha256").update(bytes).digest("base64")}`);
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes);
  });

  it("say how long they are, to who asks for no more than that, too", async () => {
    const { store, urlOf } = await startWithFile(bytes, "image/png");
    const url = await urlOf(await store());
    const length = async (init: RequestInit) => (await fetch(url, init)).headers.get("content-length");
    expect(await length({})).toBe("300000");
    expect(await length({ method: "HEAD" })).toBe("300000");
    expect(await length({ headers: { range: "bytes=10-19" } })).toBe("10");
  });

  it("are read in parts", async () => {
    const { store, urlOf } = await startWithFile(bytes, "text/plain");
    const url = await urlOf(await store());
    const read = (range: string) => fetch(url, { headers: { range } });
    const part = await read("bytes=10-19");
    expect(part.status).toBe(206);
    expect(part.headers.get("content-range")).toBe(`bytes 10-19/${bytes.length}`);
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.slice(10, 20));
    expect(new Uint8Array(await (await read("bytes=-5")).arrayBuffer())).toEqual(bytes.slice(-5));
    expect((await read(`bytes=${bytes.length}-`)).status).toBe(416);
  });

  it("must match the digest they are sent with", async () => {
    const { upload } = await startWithFile(bytes, "text/plain");
    const wrong = await upload({ digest: `sha-256=${Buffer.alloc(32).toString("base64")}` });
    expect(wrong.status).toBe(400);
    const digest = createHash("sha256").update(bytes).digest("base64");
    expect((await upload({ digest: `sha-256=${digest}` })).status).toBe(200);
  });

  it("are not taken without a valid token", async () => {
    const { request } = await startApp();
    const upload = (query: string) => request(`/api/storage/upload${query}`, { method: "POST", body: "x" });
    expect((await upload("")).status).toBe(400);
    expect((await upload("?token=nonsense")).status).toBe(401);
  });

  it("are gone after they were deleted", async () => {
    const { store, urlOf, call } = await startWithFile(bytes, "text/plain");
    const id = await store();
    const url = await urlOf(id);
    await call("mutation", "files:remove", { id });
    expect((await fetch(url)).status).toBe(404);
  });
});

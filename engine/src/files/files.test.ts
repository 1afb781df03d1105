import { createHash } from "node:crypto";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { openEngine } from "../testing/open-engine.ts";
import type { Kind } from "../types.ts";

// biome-ignore lint/suspicious/noExplicitAny: the ctx of an app without generated types
type Ctx = any;

// Chunks are 256 KiB: one byte less, exactly one, one byte more, and several.
const sizes = [0, 1, (256 << 10) - 1, 256 << 10, (256 << 10) + 1, 1_000_000];
const content = (size: number) => new Uint8Array(size).map((_, i) => (i * 31) % 256);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("base64");

describe.each<Kind>(["mutation", "action"])("in a %s", (kind) => {
  it.each(sizes)("a file of %i bytes is stored and read", async (size) => {
    const engine = openEngine({});
    const bytes = content(size);
    const [id, back, type] = await engine.inline(kind, async (ctx: Ctx) => {
      const stored = await ctx.storage.store(new Blob([bytes], { type: "image/png" }));
      const blob: Blob = await ctx.storage.get(stored);
      return [stored, await blob.arrayBuffer(), blob.type];
    });
    expect(new Uint8Array(back as ArrayBuffer)).toEqual(bytes);
    expect(type).toBe("image/png");
    const [record] = await engine.inline("query", (ctx: Ctx) => ctx.db.system.query("_storage").collect());
    expect(record).toEqual({
      _id: id,
      _creationTime: expect.any(Number),
      contentType: "image/png",
      sha256: sha256(bytes),
      size,
    });
  });

  it("a file that does not match its checksum is not stored", async () => {
    const engine = openEngine({});
    const store = (sum: string) =>
      engine.inline(kind, (ctx: Ctx) => ctx.storage.store(new Blob(["abc"]), { sha256: sum }));
    await expect(store(sha256(content(1)))).rejects.toThrow();
    await store(sha256(new TextEncoder().encode("abc")));
    expect(
      await engine.inline("query", async (ctx: Ctx) => (await ctx.db.system.query("_storage").collect()).length),
    ).toBe(1);
  });

  it("a deleted file is gone for all: its URL, its content, its record", async () => {
    const engine = openEngine({});
    const id = await engine.inline(kind, (ctx: Ctx) => ctx.storage.store(new Blob(["abc"])));
    await engine.inline(kind, (ctx: Ctx) => ctx.storage.delete(id));
    expect(
      await engine.inline(kind, async (ctx: Ctx) => [
        await ctx.storage.getUrl(id),
        await ctx.storage.getMetadata(id),
        await ctx.storage.get(id),
      ]),
    ).toEqual([null, null, null]);
    await expect(engine.inline(kind, (ctx: Ctx) => ctx.storage.delete(id))).rejects.toThrow(`${id} not found`);
  });

  it("what is no id of a file is refused", async () => {
    const engine = openEngine({});
    await expect(engine.inline(kind, (ctx: Ctx) => ctx.storage.getUrl("nonsense"))).rejects.toThrow(
      "Invalid argument `storageId` for `storage.getUrl`",
    );
    const document = await engine.inline("mutation", (ctx: Ctx) => ctx.db.insert("notes", {}));
    expect(await engine.inline(kind, (ctx: Ctx) => ctx.storage.getUrl(document))).toBeNull();
  });
});

it("a mutation that fails stores no file", async () => {
  const engine = openEngine({});
  const failing = engine.inline("mutation", async (ctx: Ctx) => {
    await ctx.storage.store(new Blob(["abc"]));
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(await engine.inline("query", (ctx: Ctx) => ctx.db.system.query("_storage").collect())).toEqual([]);
});

it("a file's metadata has its checksum in hex and a key that reads it, which its id alone does not", async () => {
  const engine = openEngine({});
  const id = await engine.inline("action", (ctx: Ctx) => ctx.storage.store(new Blob(["abc"], { type: "text/plain" })));
  const metadata = await engine.inline("query", (ctx: Ctx) => ctx.storage.getMetadata(id));
  expect(metadata).toEqual({
    storageId: expect.any(String),
    sha256: createHash("sha256").update("abc").digest("hex"),
    size: 3,
    contentType: "text/plain",
  });
  expect(await (await engine.download(metadata.storageId))?.body.text()).toBe("abc");
  expect(await engine.download(id)).toBeNull();
  expect(await engine.download(`${id}.${"0".repeat(32)}`)).toBeNull();
});

it("an upload needs a token that was given out, and not long ago", async () => {
  const engine = openEngine({}, { cloudUrl: "https://cloud.example" });
  const url = await engine.inline("mutation", (ctx: Ctx) => ctx.storage.generateUploadUrl());
  const token = new URL(url).searchParams.get("token") as string;
  expect(url).toMatch(/^https:\/\/cloud\.example\/api\/storage\/upload\?token=/);
  const id = await engine.upload(token, new Blob(["abc"], { type: "text/plain" }));
  expect(await engine.inline("query", (ctx: Ctx) => ctx.db.system.get(id))).toMatchObject({ size: 3 });
  expect(await engine.upload(`${token}x`, new Blob(["abc"]))).toBeNull();
  vi.useFakeTimers({ now: Date.now() + 61 * 60_000, toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  expect(await engine.upload(token, new Blob(["abc"]))).toBeNull();
});

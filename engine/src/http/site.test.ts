import { describe, expect, it } from "vitest";
import { startApp } from "./fixture.ts";

describe("HTTP actions", () => {
  it("answer on the site and under /http of the API", async () => {
    const { url, siteUrl } = await startApp();
    for (const base of [siteUrl, `${url}/http`]) {
      const answer = await fetch(`${base}/hello?q=1`, { method: "POST", body: "body" });
      expect(answer.status).toBe(201);
      expect(await answer.json()).toEqual({ text: "body", query: "1", user: null });
    }
  });

  it("match by the start of the path, and may set several cookies", async () => {
    const { siteUrl } = await startApp();
    const answer = await fetch(`${siteUrl}/files/a/b`);
    expect(await answer.text()).toBe("/files/a/b");
    expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  it("are 404 where there is none", async () => {
    const { siteUrl } = await startApp();
    expect((await fetch(`${siteUrl}/nowhere`)).status).toBe(404);
  });

  it("run for nobody when the Authorization header proves nothing", async () => {
    const { siteUrl } = await startApp();
    for (const authorization of ["Bearer nonsense", "Basic abc"]) {
      const answer = await fetch(`${siteUrl}/hello`, { method: "POST", headers: { authorization }, body: "" });
      expect(await answer.json()).toMatchObject({ user: null });
    }
  });

  it("that throw are answered with 500 and the error's data", async () => {
    const { siteUrl } = await startApp();
    const answer = await fetch(`${siteUrl}/boom`);
    expect(answer.status).toBe(500);
    expect(await answer.json()).toEqual({
      code: expect.stringMatching(/^\[Request ID: [0-9a-f]{16}\] Server Error: Uncaught ConvexError/),
      data: { code: "no" },
    });
  });

  it("that answer nothing are answered with 500, too", async () => {
    const { siteUrl } = await startApp();
    const answer = await fetch(`${siteUrl}/nothing`);
    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({
      code: expect.stringMatching(/Server Error: Uncaught Error: HTTP actions must return a Response/),
    });
  });

  it("take bodies up to the limit", async () => {
    const { siteUrl } = await startApp({ api: { maxBodyBytes: 10 } });
    const send = (body: string) => fetch(`${siteUrl}/hello`, { method: "POST", body });
    expect((await send("x".repeat(10))).status).toBe(201);
    expect((await send("x".repeat(11))).status).toBe(413);
  });
});

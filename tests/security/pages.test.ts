/** The one-time pages: a person's browser, and everything that is not one. */
import * as approvals from "@moorage/shared/contracts/approvals";
import * as secrets from "@moorage/shared/contracts/secrets";
import { AGENT_SCOPES } from "@moorage/shared/scopes";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Caller, type Host, openInProcess } from "../support/hosts.ts";

let host: Host;
let agent: Caller;
let owner: Caller;
beforeAll(async () => {
  host = await openInProcess();
});
afterAll(() => host.close());
beforeEach(async () => {
  owner = await host.admit();
  agent = await host.admit({ tenant: owner.tenant, scopes: AGENT_SCOPES });
});

const ORIGIN = "https://door.test";
const BROWSER = { origin: ORIGIN, "sec-fetch-site": "same-origin" };
const visit = (path: string, init: RequestInit = {}, origin = ORIGIN) => agent.door.fetch(`${origin}${path}`, init);
const send = (path: string, fields: Record<string, string>, headers: Record<string, string> = BROWSER) =>
  visit(path, { method: "POST", headers, body: new URLSearchParams(fields) });
const value = async (name: string) => (await owner.backend.call(secrets.resolve, { names: [name] })).values[0]?.value;

describe("the page for a secret", () => {
  const open = async (name = "API_KEY") => `/secret/${(await agent.backend.call(secrets.request, { name })).token}`;

  it("takes a value, says so, and never shows one", async () => {
    const path = await open();
    const page = await visit(path);
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=UTF-8"]);
    expect(await page.text()).toContain("Type the value of API_KEY");
    const saved = await send(path, { value: "canary-typed" });
    expect(saved.status).toBe(200);
    expect(await saved.text()).not.toContain("canary-typed");
    expect(await value("API_KEY")).toBe("canary-typed");
  });

  it("keeps lines as they were typed, without the Enter behind a single one", async () => {
    await send(await open("PEM"), { value: "-----BEGIN-----\r\nx\r\n-----END-----\r\n" });
    await send(await open("LINE"), { value: "typed\r\n" });
    expect(await value("PEM")).toBe("-----BEGIN-----\nx\n-----END-----\n");
    expect(await value("LINE")).toBe("typed");
  });

  it("works once: afterwards it is over, for looking and for typing", async () => {
    const path = await open();
    await send(path, { value: "first" });
    for (const answer of [await send(path, { value: "second" }), await visit(path)]) {
      expect(answer.status).toBe(410);
      expect(await answer.text()).toContain("This page is over");
    }
    expect(await value("API_KEY")).toBe("first");
  });

  it("has one winner of twenty that race", async () => {
    const path = await open("RACED");
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => send(path, { value: `value-${i}` })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await owner.backend.call(secrets.history, { name: "RACED" })).versions).toHaveLength(1);
  });

  it("looks the same over, used or never there", async () => {
    const path = await open();
    await send(path, { value: "first" });
    const invented = `${path.slice(0, -6)}000000`;
    const [used, none] = [await (await visit(path)).text(), await (await visit(invented)).text()];
    const withoutNonce = (html: string) => html.replaceAll(/nonce="[^"]+"/g, "");
    expect(withoutNonce(none)).toBe(withoutNonce(used));
  });

  it("refuses an empty value and one that is too large, and goes on waiting", async () => {
    const path = await open();
    expect((await send(path, { value: "" })).status).toBe(400);
    expect((await send(path, { value: "x".repeat(65_537) })).status).toBe(400);
    expect((await send(path, { value: "right" })).status).toBe(200);
  });

  it.each([
    ["another site's form", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }],
    ["a form without an origin", {}],
    ["an opaque origin", { origin: "null" }],
    ["a neighbour under the same domain", { origin: ORIGIN, "sec-fetch-site": "same-site" }],
  ])("takes nothing from %s", async (_what, headers) => {
    const path = await open();
    expect((await send(path, { value: "forced" }, headers)).status).toBe(400);
    expect(await value("API_KEY")).toBeUndefined();
  });

  it("takes nothing that is no form, and is not there under another host's name", async () => {
    const path = await open();
    const json = { method: "POST", headers: { ...BROWSER, "content-type": "application/json" }, body: '{"value":"x"}' };
    expect((await visit(path, json)).status).toBe(400);
    const rebound = await visit(path, {}, "https://rebound.example");
    expect([rebound.status, (await rebound.text()).includes("API_KEY")]).toEqual([400, false]);
    expect(await value("API_KEY")).toBeUndefined();
  });

  it("is kept by nobody, framed by nobody, and loads nothing", async () => {
    const { headers } = await visit(await open());
    const policy = headers.get("content-security-policy");
    for (const rule of ["default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"])
      expect(policy).toContain(rule);
    expect(policy).not.toMatch(/script|unsafe/);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("referrer-policy")).toBe("same-origin");
  });

  it("has a token that is good for nothing else, and an API key is no token", async () => {
    const { token } = await agent.backend.call(secrets.request, { name: "API_KEY" });
    await expect(host.as(token).backend.call(secrets.list, {})).rejects.toMatchObject({ code: "missing_scope" });
    expect((await visit(`/approve/${token}`)).status).not.toBe(200);
    expect((await visit(`/secret/${agent.door.apiKey}`)).status).not.toBe(200);
  });
});

describe("the page for an approval", () => {
  beforeEach(() => owner.backend.call(secrets.set, { name: "VICTIM", value: "v" }));
  const remove = () => agent.backend.call(secrets.delete, { name: "VICTIM" });
  const open = async () => {
    const wait = await remove();
    const id = "approvalId" in wait ? wait.approvalId : "";
    const { token } = await agent.backend.call(approvals.page, { id });
    const { digest } = (await agent.backend.call(approvals.get, { id })).approval;
    return { path: `/approve/${token}`, digest };
  };

  it("shows the exact difference and takes a yes, once", async () => {
    const { path, digest } = await open();
    expect(await (await visit(path)).text()).toContain("Delete the secret &quot;VICTIM&quot;");
    expect(await (await send(path, { digest, decision: "approve" })).text()).toContain("Approved");
    expect((await visit(path)).status).toBe(410);
    expect(await remove()).toEqual({ status: "deleted" });
  });

  it("takes a no, after which nothing is done", async () => {
    const { path, digest } = await open();
    expect(await (await send(path, { digest, decision: "decline" })).text()).toContain("Declined");
    await expect(remove()).rejects.toMatchObject({ code: "approval_declined" });
  });

  it("shows what an agent wrote as text, never as a part of the page", async () => {
    const lines = ['<script>alert(1)</script> "quoted" & <b>bold</b>'];
    const wait = await agent.backend.call(approvals.request, { kind: "secret_import_copy", lines });
    const id = "approvalId" in wait ? wait.approvalId : "";
    const { token } = await agent.backend.call(approvals.page, { id });
    const text = await (await visit(`/approve/${token}`)).text();
    expect(text).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(text).not.toMatch(/<script|<b>/);
  });

  it("under the policy owner asks for a key that approves, and believes no other", async () => {
    await owner.backend.call(approvals.setPolicy, { policy: "owner" });
    const { path, digest } = await open();
    expect(await (await visit(path)).text()).toContain("Your key");
    const stranger = await host.admit();
    for (const key of ["", "moor_x", agent.door.apiKey, stranger.door.apiKey]) {
      const answer = await send(path, { digest, decision: "approve", key });
      expect([key, answer.status]).toEqual([key, 403]);
    }
    expect((await remove()).status).toBe("waiting_for_user");
    expect((await send(path, { digest, decision: "approve", key: owner.door.apiKey })).status).toBe(200);
    expect(await remove()).toEqual({ status: "deleted" });
  });
});

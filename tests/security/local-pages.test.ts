/** Attack class 11: a server listens to nobody until a page is needed, then to this machine's browser alone. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildPackage } from "../../scripts/build.ts";
import { initialize, type ServerProcess, startProcess, toolCall } from "../stdio/support/process.ts";

const out = mkdtempSync(join(tmpdir(), "moorage-local-pages-"));
let entry: string;
let server: ServerProcess;

beforeAll(async () => {
  ({ entry } = await buildPackage(join(out, "built")));
});
afterAll(() => rmSync(out, { recursive: true }));
beforeEach(() => {
  const home = mkdtempSync(join(out, "home-"));
  server = startProcess(entry, [], { MOORAGE_DATA_DIR: join(home, "data"), MOORAGE_CONFIG_DIR: join(home, "config") });
  server.send(initialize());
});
afterEach(() => server.kill());

const call = async (name: string, input: object = {}) => {
  const id = randomUUID();
  server.send(toolCall(id, name, input));
  return (await server.answer(id)).result?.["structuredContent"] as Record<string, unknown>;
};
const askForPage = async () => new URL(String((await call("secret_set", { name: "API_KEY" }))["page"]));

/** The addresses at which a process listens, as Linux tells them: hexadecimal, or a path. */
function listening(pid: number): string[] {
  const inodes = readdirSync(`/proc/${pid}/fd`).map((fd) => /socket:\[(\d+)\]/.exec(linkOf(pid, fd))?.[1]);
  const rows = (file: string) =>
    readFileSync(`/proc/${pid}/net/${file}`, "utf8")
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/));
  const tcp = ["tcp", "tcp6"].flatMap((file) =>
    rows(file).flatMap(([, address, , state, , , , , , inode]) =>
      state === "0A" && inodes.includes(inode) ? address!.split(":")[0]! : [],
    ),
  );
  const isListening = (flags: string | undefined) => flags === "00010000";
  const local = rows("unix").flatMap(([, , , flags, , , inode, path = "unnamed"]) =>
    isListening(flags) && inodes.includes(inode) ? path : [],
  );
  return [...tcp, ...local];
}

/** A descriptor may be gone by the time it is looked at. */
function linkOf(pid: number, fd: string): string {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`);
  } catch {
    return "";
  }
}

describe.skipIf(process.platform !== "linux")("the sockets of a server (needs Linux's /proc)", () => {
  it("are none for calls that need no page, and one on 127.0.0.1 for those that do", async () => {
    await call("memory_add", { type: "fact", content: "x" });
    await call("secret_set", { name: "MADE", generate: {} });
    await call("secret_list");
    expect(listening(server.pid)).toEqual([]);
    await askForPage();
    await call("secret_delete", { name: "MADE" });
    expect(listening(server.pid)).toEqual(["0100007F"]);
  });
});

describe("a page of this machine", () => {
  /** With any header, the host's own included, which `fetch` does not let one set. */
  const send = (url: URL, method: string, headers: Record<string, string>, body = "") =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const sent = request(url, { method, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode!, text }));
      });
      sent.on("error", reject).end(body);
    });
  const FORM = { "content-type": "application/x-www-form-urlencoded" };
  const isSet = async () => ((await call("secret_list"))["secrets"] as unknown[]).length > 0;

  it("is there under its own name alone", async () => {
    const url = await askForPage();
    for (const host of ["evil.example", `localhost:${url.port}`, "127.0.0.1", `127.0.0.2:${url.port}`]) {
      const { status, text } = await send(url, "GET", { host });
      expect.soft([status, text.includes("API_KEY")], host).toEqual([400, false]);
    }
    expect(await send(url, "GET", {})).toMatchObject({ status: 200, text: expect.stringContaining("API_KEY") });
  });

  it("takes nothing but its own form", async () => {
    const url = await askForPage();
    const body = "value=forced";
    for (const headers of [
      FORM,
      { ...FORM, origin: "https://evil.example" },
      { ...FORM, origin: "null" },
      { ...FORM, origin: `http://localhost:${url.port}` },
      { ...FORM, origin: url.origin, "sec-fetch-site": "cross-site" },
      { origin: url.origin, "content-type": "text/plain" },
    ])
      expect.soft((await send(url, "POST", headers, body)).status, JSON.stringify(headers)).toBe(400);
    expect(await isSet()).toBe(false);
  });

  it("takes that", async () => {
    const url = await askForPage();
    expect((await send(url, "POST", { ...FORM, origin: url.origin }, "value=typed")).status).toBe(200);
    expect(await isSet()).toBe(true);
  });

  it.each(["/health", "/api/query", "/", "/secret", "/secret/a/b", "/secret/..%2fapi%2fquery", "//secret/x"])(
    "has no neighbour at %s",
    async (path) => {
      const { origin } = await askForPage();
      for (const method of ["GET", "POST"])
        expect.soft(await send(new URL(origin + path), method, {}), method).toEqual({ status: 404, text: "" });
    },
  );

  it("is over for a token that nobody was given", async () => {
    const { origin } = await askForPage();
    expect((await send(new URL(`${origin}/secret/moor_0000000000000000_x`), "GET", {})).status).toBe(410);
  });
});

/** Meaning beside words: a model that knows synonyms helps, one that guesses harms nothing, and without one words do. */
import * as audit from "@moorage/shared/contracts/audit";
import * as embeddings from "@moorage/shared/contracts/embeddings";
import * as memory from "@moorage/shared/contracts/memory";
import * as secrets from "@moorage/shared/contracts/secrets";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Caller, HOSTS, type Host } from "../support/hosts.ts";
import { type Network, openNetwork } from "../support/network.ts";

const API = { url: "https://api.example.com/v1", model: "small", secret: "EMBEDDINGS_KEY" };
const KEY = "embeddings-key-marker-9d2";
let network: Network;
beforeAll(() => {
  network = openNetwork();
});
afterEach(() => network.hosts.clear());
afterAll(() => network.close());

type Model = (text: string) => number[];
interface Asked {
  model: string;
  input: string[];
}

/** A service with this model; answers what it was asked. */
function serve(model: Model): { asked: Asked[]; keys: (string | null)[] } {
  const seen: { asked: Asked[]; keys: (string | null)[] } = { asked: [], keys: [] };
  network.hosts.set("api.example.com", async (request) => {
    const body = (await request.json()) as Asked;
    seen.asked.push(body);
    seen.keys.push(request.headers.get("authorization"));
    // In an order of its own, as services may.
    const data = body.input.map((text, index) => ({ object: "embedding", index, embedding: model(text) })).reverse();
    return Response.json({ object: "list", data });
  });
  return seen;
}

const hashOf = (text: string) =>
  [...text].reduce((hash, char) => Math.imul(hash ^ char.codePointAt(0)!, 16777619), 2166136261);
const DIMENSIONS = 384;

/** What each word adds, and nothing else: words of one meaning add the same. */
const SYNONYMS: Record<string, string> = {
  automobile: "car",
  vehicle: "car",
  physician: "doctor",
  purchased: "bought",
};
const understanding: Model = (text) => {
  const vector = new Array<number>(DIMENSIONS).fill(0);
  for (const word of text.toLowerCase().match(/[a-z]{3,}/g) ?? []) {
    if (["the", "she", "who", "was", "that"].includes(word)) continue;
    const hash = hashOf(SYNONYMS[word] ?? word);
    vector[Math.abs(hash) % DIMENSIONS]! += 1;
    vector[Math.abs(hash >> 8) % DIMENSIONS]! += 1;
  }
  return vector;
};
/** The same for the same text, and of no meaning. */
const guessing: Model = (text) => Array.from({ length: DIMENSIONS }, (_, at) => Math.sin(hashOf(`${at} ${text}`)));

const SUBJECTS = ["harbour", "garden", "kitchen", "library", "station", "market", "museum", "workshop"];
const VERBS = [
  "opens early",
  "needs paint",
  "smells fresh",
  "stays quiet",
  "looks tidy",
  "costs money",
  "feels warm",
  "holds books",
];
const NOTES = SUBJECTS.flatMap((subject) => VERBS.map((verb) => `The ${subject} ${verb} on weekdays.`));

describe.each(HOSTS)("embeddings in $name", ({ open }) => {
  let host: Host;
  beforeAll(async () => {
    host = await open();
  });
  afterAll(() => host.close());

  async function withNotes(): Promise<Caller> {
    const me = await host.admit();
    await me.backend.call(secrets.set, { name: "EMBEDDINGS_KEY", value: KEY });
    const memories = NOTES.map((content, at) => ({
      type: "note" as const,
      content,
      occurredAt: new Date(Date.UTC(2026, 0, 1 + at)).toISOString(),
    }));
    await me.backend.call(memory.addMany, { memories });
    return me;
  }
  const add = async (me: Caller, content: string) =>
    (await me.backend.call(memory.add, { type: "fact", content, occurredAt: "2025-06-01" })).memory.id;
  const search = async (me: Caller, query: string) => (await me.backend.call(memory.search, { query })).memories;
  const found = async (me: Caller, query: string) => (await search(me, query)).map(({ id }) => id);
  const turnOn = async (me: Caller, model: Model) => {
    const seen = serve(model);
    await me.backend.call(embeddings.set, API);
    await host.engine.tick();
    return seen;
  };
  const status = ({ backend }: Caller) => backend.call(embeddings.status, {});

  it("find what says the same in other words, where a model knows them", async () => {
    const me = await withNotes();
    const bought = await add(me, "She purchased an automobile.");
    const query = "who bought a car on weekdays";
    expect(await found(me, query)).not.toContain(bought);
    const seen = await turnOn(me, understanding);
    expect(await status(me)).toMatchObject({ progress: { done: NOTES.length + 1, isCurrent: true, ranks: true } });
    const hits = await search(me, query);
    expect(hits.map(({ id }) => id)).toContain(bought);
    expect(hits.find(({ id }) => id === bought)?.why).toBe("close in meaning");
    expect(new Set(seen.keys)).toEqual(new Set([`Bearer ${KEY}`]));
    const { records } = await me.backend.call(audit.list, {});
    expect(records).toContainEqual(
      expect.objectContaining({ function: "embeddings:fill", subjects: ["secret:EMBEDDINGS_KEY"] }),
    );
    expect(JSON.stringify([records, hits, await status(me)])).not.toContain(KEY);
  });

  it("find nothing of what has nothing to do with the question", async () => {
    const me = await withNotes();
    const visit = await add(me, "A physician calls at noon.");
    await turnOn(me, understanding);
    expect(await found(me, "doctor")).toEqual([visit]);
    expect(await found(me, "physician")).toEqual([visit]);
  });

  it("find any part of a long memory, which is one hit", async () => {
    const me = await withNotes();
    const filler = Array.from({ length: 150 }, (_, at) => `Berth ${at} was swept and tarred by the crew.`).join(" ");
    const long = await add(me, `${filler} A physician visited. ${filler} She purchased an automobile.`);
    const seen = await turnOn(me, understanding);
    expect(Math.max(...seen.asked.flatMap(({ input }) => input.map(({ length }) => length)))).toBeLessThan(2_000);
    expect(await status(me)).toMatchObject({ progress: { done: NOTES.length + 1, isCurrent: true } });
    for (const query of ["is there a doctor", "which vehicle has she bought"]) {
      const hits = (await found(me, query)).filter((id) => id === long);
      expect([query, hits]).toEqual([query, [long]]);
    }
    await me.backend.call(memory.update, { id: long, content: "A plumber came." });
    expect(await found(me, "is there a doctor")).not.toContain(long);
  });

  it("of a model that guesses leave every page as words alone have it", async () => {
    const me = await withNotes();
    const queries = NOTES.slice(0, 20).map((note) => `when is it that ${note}`);
    const alone = [];
    for (const query of queries) alone.push(await found(me, query));
    await turnOn(me, guessing);
    expect(await status(me)).toMatchObject({ progress: { done: NOTES.length, ranks: false } });
    for (const [at, query] of queries.entries()) expect(await found(me, query)).toEqual(alone[at]);
  });

  it("follow a memory that is changed, and go with one that is deleted", async () => {
    const me = await withNotes();
    const id = await add(me, "A physician visited.");
    await turnOn(me, understanding);
    expect(await found(me, "is there a doctor")).toContain(id);
    await me.backend.call(memory.update, { id, content: "A plumber came." });
    expect(await found(me, "is there a doctor")).not.toContain(id);
    await host.engine.mutation("embeddings:tick", {});
    await host.engine.tick();
    expect(await found(me, "is there a physician who was a plumber")).toContain(id);
    await me.backend.call(memory.delete, { id });
    expect(await found(me, "is there a plumber")).not.toContain(id);
  });

  it("are another agent's for no key that is bound to one, but what everyone is told", async () => {
    const me = await withNotes();
    const scout = await host.admit({ tenant: me.tenant, agent: "scout" });
    const id = await add(scout, "A physician visited.");
    await turnOn(me, understanding);
    const bound = await host.admit({ tenant: me.tenant, agent: "cook" });
    expect(await found(bound, "is there a doctor")).not.toContain(id);
    await me.backend.call(memory.approve, { ids: [id], decision: "approve" });
    expect((await found(bound, "is there a doctor"))[0]).toBe(id);
    await me.backend.call(memory.approve, { ids: [id], decision: "reject" });
    expect(await found(bound, "is there a doctor")).not.toContain(id);
    const stranger = await host.admit();
    expect(await found(stranger, "is there a doctor")).toEqual([]);
  });

  it("are made anew for another model, and none of the old ones is left", async () => {
    const me = await withNotes();
    await turnOn(me, guessing);
    const seen = serve(understanding);
    await me.backend.call(embeddings.set, { ...API, model: "large", dimensions: 384 });
    await host.engine.tick();
    expect(new Set(seen.asked.map(({ model }) => model))).toEqual(new Set(["large"]));
    expect(await status(me)).toMatchObject({ embeddings: { model: "large" }, progress: { ranks: true } });
    await me.backend.call(embeddings.off, {});
    await host.engine.tick();
    expect(await status(me)).toEqual({});
    await expect(me.backend.call(embeddings.off, {})).rejects.toMatchObject({ code: "not_found" });
  });

  it("that do not come leave words as they are, say why, and are tried again", async () => {
    const me = await withNotes();
    await turnOn(me, understanding);
    network.hosts.set("api.example.com", () => new Response("secret upstream text", { status: 503 }));
    const id = await add(me, "The lighthouse keeper sings.");
    expect((await found(me, "lighthouse keeper"))[0]).toBe(id);
    await host.engine.mutation("embeddings:tick", {});
    await host.engine.tick();
    const { progress } = await status(me);
    expect(progress).toMatchObject({ isCurrent: false, problem: "The endpoint answered 503." });
    expect(Date.parse(progress!.nextTryAt!)).toBeGreaterThan(Date.now());
  });

  it.each([
    ["an address without TLS", { url: "http://api.example.com/v1" }, /url: must begin with https/],
    ["this machine", { url: "https://127.0.0.1/v1" }, /url: must name a host/],
    ["the machine's own metadata", { url: "https://169.254.169.254/v1" }, /url: must name a host/],
    ["a name of the network inside", { url: "https://llm.internal/v1" }, /url: must name a public host/],
    ["a redirect", { url: "https://elsewhere.example.com/v1" }, /answered 302/],
    ["no vectors", { url: "https://odd.example.com/v1" }, /does not hold a vector for each text/],
    ["a secret that is not there", { secret: "NO_SUCH" }, /There is no secret "NO_SUCH"/],
  ])("are not set with %s", async (_what, wrong, why) => {
    const me = await withNotes();
    serve(understanding);
    network.hosts.set("elsewhere.example.com", () => Response.redirect("https://api.example.com/v1", 302));
    network.hosts.set("odd.example.com", () => Response.json({ data: [{ embedding: [1, 2] }] }));
    const setting = me.backend.call(embeddings.set, { ...API, ...wrong });
    await expect(setting).rejects.toMatchObject({ code: "invalid_input", message: expect.stringMatching(why) });
    expect(await status(me)).toEqual({});
  });

  it("are waited for once where the service hangs, not by every question", async () => {
    const me = await withNotes();
    await turnOn(me, understanding);
    let asked = 0;
    network.hosts.set("api.example.com", () => {
      asked++;
      return new Response("", { status: 503 });
    });
    for (let i = 0; i < 3; i++) expect(await found(me, "who opens the harbour early")).not.toEqual([]);
    expect(asked).toBe(1);
  });

  it("are a person's to set: an agent's key is refused", async () => {
    const agent = await host.admit({ scopes: ["memory:read", "memory:write"] });
    await expect(agent.backend.call(embeddings.set, API)).rejects.toMatchObject({ code: "missing_scope" });
    await expect(agent.backend.call(embeddings.off, {})).rejects.toMatchObject({ code: "missing_scope" });
  });
});

/** Attack class 4: a secret pasted into a memory or a log is refused, and the refusal does not repeat it. */

import { findSecret } from "@moorage/convex/model/scan/scan";
import type { Contract } from "@moorage/shared/contract";
import * as deploy from "@moorage/shared/contracts/deploy";
import * as memory from "@moorage/shared/contracts/memory";
import * as secrets from "@moorage/shared/contracts/secrets";
import { lintSource } from "@secretlint/core";
import { creator as preset } from "@secretlint/secretlint-rule-preset-recommend";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Caller, HOSTS, type Host } from "../support/hosts.ts";
import { HARMLESS, PUBLISHED, SECRETS, SENTENCES } from "../support/pasted-secrets.ts";
import { allFunctions } from "../support/samples.ts";
import { call } from "../support/wire.ts";

describe("what a secret looks like", () => {
  it.each(SECRETS)("%s is found, alone and between other lines", (kind, text) => {
    expect(findSecret(text)).toBe(kind);
    expect(findSecret(["For deploys we use:", text, "until the summer."].join("\n"))).toBe(kind);
  });

  it.each(HARMLESS)("%s is left alone", (_what, text) => {
    expect(findSecret(text)).toBeUndefined();
  });

  it("ordinary sentences about secrets are left alone", () => {
    expect(SENTENCES).toHaveLength(320);
    expect(SENTENCES.filter((sentence) => findSecret(sentence) !== undefined)).toEqual([]);
  });

  it.each(PUBLISHED)("%s is what the published rules find", async (_, text) => {
    const rules = [{ id: "preset", rule: preset }];
    const source = { content: text, filePath: "notes.txt", contentType: "text" as const, ext: ".txt" };
    const { messages } = await lintSource({ source, options: { config: { rules } } });
    expect(messages.length).toBeGreaterThan(0);
  });
});

describe.each(HOSTS)("pasted secrets in $name", ({ open }) => {
  let host: Host;
  let me: Caller;
  beforeAll(async () => {
    host = await open();
    me = await host.admit();
  });
  afterAll(() => host.close());

  const opId = () => crypto.randomUUID();
  const [, SECRET] = SECRETS.find(([kind]) => kind === "a GitHub token")!;
  const pasted = `Deploys use ${SECRET} for now.`;

  it("are refused in every field that is kept, by name of the field, with the way to keep them", async () => {
    const { memory: kept } = await me.backend.call(memory.add, { type: "note", content: "Deploys need a token." });
    const attempts: [
      typeof memory.add | typeof memory.addMany | typeof memory.update | typeof memory.logAppend,
      object,
      string,
    ][] = [
      [memory.add, { type: "note", content: pasted, opId: opId() }, "content"],
      [memory.add, { type: "note", content: "fine", tags: ["ci", SECRET], opId: opId() }, "tags.1"],
      [memory.add, { type: "note", content: "fine", project: SECRET, opId: opId() }, "project"],
      [memory.update, { id: kept.id, content: pasted, opId: opId() }, "content"],
      [memory.logAppend, { content: pasted, today: "2026-06-01", opId: opId() }, "content"],
      [
        memory.addMany,
        {
          memories: [
            { type: "note", content: "fine" },
            { type: "note", content: pasted },
          ],
          opId: opId(),
        },
        "memories.1.content",
      ],
    ];
    for (const [contract, args, field] of attempts) {
      const { errorData } = await call(me, contract, args);
      expect(errorData).toMatchObject({
        code: "secret_found",
        message: `${field}: must not hold a secret, but holds a GitHub token`,
        hint: expect.stringContaining("secret_set"),
      });
      expect(JSON.stringify(errorData)).not.toContain(SECRET.slice(4));
    }
    const everything = [
      await me.backend.call(memory.list, {}),
      await me.backend.call(memory.get, { id: kept.id, history: true }),
      await me.backend.call(memory.logRead, {}),
    ];
    expect(JSON.stringify(everything)).not.toContain(SECRET);
    expect(everything[0]).toMatchObject({ memories: [{ content: "Deploys need a token." }] });
  });

  it("are refused in what a deployment's history and events show", async () => {
    const about = { deployment: "quay", reason: pasted, opId: opId() };
    const attempts: [Contract, object, string][] = [
      [deploy.update, about, "reason"],
      [deploy.update, { deployment: "quay", model: `openai/${SECRET}`, opId: opId() }, "model"],
      [deploy.rollback, about, "reason"],
      [deploy.control, { ...about, action: "restart" }, "reason"],
      [deploy.destroy, { ...about, confirm: "quay" }, "reason"],
      [deploy.cancel, { operation: "o1", reason: pasted }, "reason"],
    ];
    for (const [contract, args, field] of attempts) {
      const { errorData } = await call(me, contract, args);
      expect(errorData).toMatchObject({
        code: "secret_found",
        message: `${field}: must not hold a secret, but holds a GitHub token`,
      });
    }
  });

  it("are refused as a secret's name or agent, where a value is kept under it", async () => {
    const attempts: [Contract, object, string][] = [
      [secrets.set, { name: SECRET, value: "x" }, "name"],
      [secrets.generate, { name: SECRET, opId: opId() }, "name"],
      [secrets.request, { name: SECRET }, "name"],
      [secrets.set, { name: "TOKEN", agent: SECRET, value: "x" }, "agent"],
      [secrets.copy, { name: "TOKEN", toAgent: SECRET, opId: opId() }, "agent"],
    ];
    for (const [contract, args, field] of attempts) {
      const { errorData } = await call(me, contract, args);
      expect(errorData).toMatchObject({
        code: "secret_found",
        message: `${field}: must not hold a secret, but holds a GitHub token`,
      });
    }
    expect(await me.backend.call(secrets.list, {})).toEqual({ secrets: [] });
  });

  it("are refused by every function that keeps a text", async () => {
    const paste = (args: object) =>
      JSON.parse(JSON.stringify(args, (field, value) => (field === "content" ? pasted : value))) as object;
    const keeping = allFunctions().filter(({ args }) => JSON.stringify(args("")).includes('"content":'));
    expect(keeping.length).toBeGreaterThan(5);
    for (const { contract, args } of keeping) {
      const { errorData, value } = await call(me, contract, paste(args("k570000000000000000000000000")));
      // What comes from a file is refused entry by entry.
      const entry = value?.memories?.[0]?.refused ?? value?.logs?.[0]?.refused;
      expect([contract.path, errorData?.code ?? entry]).toEqual([
        contract.path,
        expect.stringMatching(/^secret_found$|^holds /),
      ]);
    }
  });

  it("do not keep what only looks like one from being remembered", async () => {
    for (const [, content] of HARMLESS) await me.backend.call(memory.add, { type: "note", content });
  });
});

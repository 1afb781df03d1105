import { createApiKey, proofHashOf, proofOf } from "@moorage/shared/api-key";
import type { ResultOf } from "@moorage/shared/contract";
import * as contracts from "@moorage/shared/contracts/secrets";
import { AppError } from "@moorage/shared/errors";
import { PAGE_ITEMS } from "@moorage/shared/limits";
import { internal } from "./_generated/api.ts";
import { authedAction, authedMutation, authedQuery } from "./lib/functions.ts";
import { openVault } from "./model/crypto/vault.ts";
import { isSame } from "./model/encoding.ts";
import { explain as explainName, reaching, rowsFor } from "./model/secrets/explain.ts";
import { DEFAULT_GENERATOR, generate as generateValue } from "./model/secrets/generate.ts";
import { namesPage } from "./model/secrets/names.ts";
import { type Found, openAll, subjectsOf } from "./model/secrets/open.ts";
import { agentOf, BOUND, newPlaceOf, ownPlaceOf, placeOf, requireKeptRow, requireRow } from "./model/secrets/place.ts";
import { iso, present } from "./model/secrets/present.ts";
import * as removal from "./model/secrets/remove.ts";
import { rotateAfterOf, write } from "./model/secrets/write.ts";
import { rollout as showRollout } from "./model/server/rotation.ts";

const HISTORY = 100;

export const set = authedAction(
  contracts.set,
  async (ctx, { value, source = "typed", rotateAfterDays, ...named }): Promise<ResultOf<typeof contracts.set>> => {
    const place = newPlaceOf(ctx.principal, named);
    const writing = { place, value, source, rotateAfter: rotateAfterOf(rotateAfterDays) };
    return write(ctx, writing, (sealing) => ctx.runMutation(internal.secretWrites.set, sealing));
  },
);

export const generate = authedAction(
  contracts.generate,
  async (ctx, { length, alphabet, rotateAfterDays, opId, ...named }): Promise<ResultOf<typeof contracts.generate>> => {
    const generator = {
      length: length ?? DEFAULT_GENERATOR.length,
      alphabet: alphabet ?? DEFAULT_GENERATOR.alphabet,
    };
    const place = newPlaceOf(ctx.principal, named);
    const writing = { place, ...generated(generator), rotateAfter: rotateAfterOf(rotateAfterDays) };
    return write(ctx, writing, (sealing) => ctx.runMutation(internal.secretWrites.generate, { ...sealing, opId }));
  },
);

const generated = (generator: typeof DEFAULT_GENERATOR) => ({
  value: generateValue(generator),
  source: "generated" as const,
  generator,
});

export const rotate = authedAction(
  contracts.rotate,
  async (ctx, { opId, ...named }): Promise<ResultOf<typeof contracts.rotate>> => {
    const place = ownPlaceOf(ctx.principal, named);
    const { secret, generator, rotateAfter } = await ctx.runQuery(internal.secretReads.toRotate, { place });
    if (generator === undefined) return { status: "value_needed", secret };
    const done = await write(ctx, { place, ...generated(generator), rotateAfter }, (sealing) =>
      ctx.runMutation(internal.secretWrites.rotate, { ...sealing, opId }),
    );
    return { status: "done", ...done };
  },
);

export const request = authedAction(
  contracts.request,
  async (ctx, named): Promise<ResultOf<typeof contracts.request>> => {
    const place = newPlaceOf(ctx.principal, named);
    const { keyId, secret, text } = createApiKey();
    const proofHash = await proofHashOf(await proofOf(secret));
    const { expiresAt } = await ctx.runMutation(internal.secretWrites.page, { place, keyId, proofHash });
    const { name, level, agent } = place;
    return { name, level, ...(level === "agent" ? { agent } : {}), token: text, expiresAt };
  },
);

/** The value is sealed anew for its new place before anyone is asked; what was sealed in vain is thrown away. */
export const copy = authedAction(
  contracts.copy,
  async (ctx, { toAgent, toLevel, opId, ...named }): Promise<ResultOf<typeof contracts.copy>> => {
    const from = placeOf(ctx.principal, named);
    const place = newPlaceOf(ctx.principal, { name: named.name, agent: toAgent, level: toLevel });
    const found: Found = await ctx.runQuery(internal.secretReads.toCopy, { place: from });
    const [opened] = await openAll(ctx, [found]);
    return write(ctx, { place, value: opened!.value, source: "copied" }, (sealing) =>
      ctx.runMutation(internal.secretWrites.copy, { ...sealing, opId, from, fromVersion: found.version }),
    );
  },
);

export const restore = authedAction(
  contracts.restore,
  async (ctx, { version, opId, ...named }): Promise<ResultOf<typeof contracts.restore>> => {
    const place = newPlaceOf(ctx.principal, named);
    const found: Found = await ctx.runQuery(internal.secretReads.toRestore, { place, version });
    const [opened] = await openAll(ctx, [found]);
    return write(ctx, { place, value: opened!.value, source: "copied" }, (sealing) =>
      ctx.runMutation(internal.secretWrites.restore, { ...sealing, opId }),
    );
  },
);

const remove = authedMutation(contracts.delete, async (ctx, { dryRun = false, opId, ...named }) => {
  const place = ownPlaceOf(ctx.principal, named);
  return dryRun ? removal.show(ctx, place) : removal.remove(ctx, place, { path: contracts.delete.path, opId });
});

export { remove as delete };

export const list = authedQuery(contracts.list, async (ctx, { agent: named, limit = PAGE_ITEMS, cursor }) => {
  const agent = ctx.principal.agent ?? named;
  const { names, ...next } = await namesPage(ctx, { cursor, limit });
  const rows = names.flatMap(([, same]) => (agent === undefined ? same : reaching(same, agent)));
  return { secrets: await Promise.all(rows.map((row) => present(ctx, row))), ...next };
});

export const history = authedQuery(contracts.history, async (ctx, named) => {
  const row = await requireKeptRow(ctx, ctx.principal.tenantId, placeOf(ctx.principal, named));
  const versions = await ctx.db
    .query("secretVersions")
    .withIndex("by_secret", (q) => q.eq("secretId", row._id))
    .order("desc")
    .take(HISTORY);
  return {
    versions: versions.map(({ _creationTime, version, digest, bytes, source, createdBy, keptUntil }) => ({
      version,
      digest,
      bytes,
      source,
      createdBy,
      createdAt: iso(_creationTime),
      ...(keptUntil === undefined ? {} : { keptUntil: iso(keptUntil) }),
    })),
  };
});

export const rollout = authedQuery(contracts.rollout, async (ctx, named) =>
  showRollout(ctx, await requireRow(ctx, ctx.principal.tenantId, placeOf(ctx.principal, named))),
);

export const explain = authedQuery(
  contracts.explain,
  async (ctx, { agent: named, name, limit = PAGE_ITEMS, cursor }) => {
    const agent = agentOf(ctx.principal, named);
    if (name !== undefined) {
      const rows = await rowsFor(ctx, name, agent);
      return { agent, secrets: [await explainName(ctx, { name, rows, agent })] };
    }
    const { names, ...next } = await namesPage(ctx, { cursor, limit });
    const secrets = names.map(([one, rows]) => explainName(ctx, { name: one, rows, agent }));
    return { agent, secrets: await Promise.all(secrets), ...next };
  },
);

export const compare = authedAction(
  contracts.compare,
  async (ctx, { secrets }): Promise<ResultOf<typeof contracts.compare>> => {
    const places = secrets.map((named) => ownPlaceOf(ctx.principal, named));
    const stranger = secrets.find(({ agent }, at) => agent !== undefined && agent !== places[at]!.agent);
    if (stranger !== undefined) throw new AppError("beyond_own_key", BOUND);
    const kept: (Found | null)[] = await ctx.runQuery(internal.secretReads.toCompare, { places });
    const found = kept.filter((one) => one !== null);
    const opened = await openAll(ctx, found);
    const { digestOf } = await openVault(ctx, ctx.principal.tenantId);
    await ctx.runMutation(internal.secretWrites.recordCompare, { subjects: subjectsOf(found) });
    return {
      compared: secrets.map(({ value }, at) => {
        const one = kept[at];
        const digest = digestOf(value);
        if (one == null) return { digest, kept: "none" };
        const { value: keptValue } = opened[found.indexOf(one)]!;
        return { digest, kept: isSame(value, keptValue) ? "same" : "other", version: one.version };
      }),
    };
  },
);

/** On record before anything leaves. */
export const resolve = authedAction(
  contracts.resolve,
  async (ctx, { agent: named, names }): Promise<ResultOf<typeof contracts.resolve>> => {
    const agent = agentOf(ctx.principal, named);
    const { found, missing } = await ctx.runQuery(internal.secretReads.toResolve, {
      agent,
      ...(names === undefined ? {} : { names }),
    });
    const values = await openAll(ctx, found);
    const secretIds = found.map(({ secretId }) => secretId);
    await ctx.runMutation(internal.secretWrites.recordResolve, { agent, secretIds, subjects: subjectsOf(found) });
    return { agent, values, missing };
  },
);

export const reveal = authedAction(
  contracts.reveal,
  async (ctx, { version, ...named }): Promise<ResultOf<typeof contracts.reveal>> => {
    const { name } = named;
    const agent = agentOf(ctx.principal, named.agent);
    const place = named.level === undefined ? {} : { place: placeOf(ctx.principal, named) };
    const current: Found = await ctx.runQuery(internal.secretReads.toReveal, { name, agent, ...place });
    const found = { ...current, version: version ?? current.version };
    const [opened] = await openAll(ctx, [found]);
    await ctx.runMutation(internal.secretWrites.recordReveal, { subjects: subjectsOf([found]) });
    return opened!;
  },
);

const exportAll = authedAction(contracts.export, async (ctx, asked): Promise<ResultOf<typeof contracts.export>> => {
  const { found, ...next } = await ctx.runQuery(internal.secretReads.toExport, asked);
  const values = await openAll(ctx, found);
  await ctx.runMutation(internal.secretWrites.recordExport, { subjects: subjectsOf(found) });
  return { values, ...next };
});

export { exportAll as export };

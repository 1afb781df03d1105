import { ALERT_KINDS, SEVERITIES } from "@moorage/shared/alerts";
import { DELIVERY_STATES } from "@moorage/shared/contracts/webhook";
import { HEALTHS } from "@moorage/shared/deployment";
import { WEBHOOK_FORMS } from "@moorage/shared/webhook-url";
import { defineTable } from "convex/server";
import { v } from "convex/values";
import { literals } from "convex-helpers/validators";
import { vSealed } from "./secrets.ts";

export const alertTables = {
  // What a person should look at. Written by model/alerts.ts, for keys:touch, audit:refusals, the jobs and changes of
  // servers' health; acknowledged by status:alertAck. Retention removes those that are over.
  alerts: defineTable({
    tenantId: v.id("tenants"),
    kind: literals(...ALERT_KINDS),
    /** Where it is not that of its kind. */
    severity: v.optional(literals(...SEVERITIES)),
    /** What it is about: a key, or something else that has a name. */
    keyId: v.optional(v.string()),
    about: v.optional(v.string()),
    message: v.string(),
    count: v.number(),
    lastAt: v.number(),
    resolvedAt: v.optional(v.number()),
    acknowledgedAt: v.optional(v.number()),
  })
    .index("by_tenant", ["tenantId"])
    .index("by_tenant_acknowledgedAt", ["tenantId", "acknowledgedAt"])
    .index("by_tenant_kind_keyId_about", ["tenantId", "kind", "keyId", "about"]),

  // Deployments whose server is not well, or was not a moment ago, and what was told of it. Written when health changes
  // and when it has settled (model/health.ts); gone when all is well again.
  healthWatches: defineTable({
    tenantId: v.id("tenants"),
    deploymentId: v.id("deployments"),
    told: literals(...HEALTHS, "unstable"),
    /** Since when it is not what was told. */
    unsettledAt: v.optional(v.number()),
  }).index("by_deployment", ["deploymentId"]),

  // Where alerts are sent; one a tenant. Written by webhook:set, removed by webhook:off.
  webhooks: defineTable({
    tenantId: v.id("tenants"),
    form: literals(...WEBHOOK_FORMS),
    host: v.string(),
    /** The address and the key that signs, as JSON, sealed for this version. */
    sealed: vSealed,
    version: v.number(),
    setBy: v.string(),
    setAt: v.number(),
  }).index("by_tenant", ["tenantId"]),

  // Messages to the webhook, and what came of each. Inserted with the alert, written by webhook:report; removed by
  // retention.
  deliveries: defineTable({
    tenantId: v.id("tenants"),
    alertId: v.optional(v.id("alerts")),
    event: literals("opened", "changed", "resolved", "test"),
    state: literals(...DELIVERY_STATES),
    tries: v.number(),
    /** When it is tried next; absent once it is over. */
    nextAt: v.optional(v.number()),
    problem: v.optional(v.string()),
  })
    .index("by_tenant", ["tenantId"])
    .index("by_nextAt", ["nextAt"]),
};

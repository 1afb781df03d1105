/* eslint-disable */
/**
 * Generated `api` utility.
 *
 * THIS CODE IS AUTOMATICALLY GENERATED.
 *
 * To regenerate, run `npx convex dev`.
 * @module
 */

import type * as approvals from "../approvals.js";
import type * as audit from "../audit.js";
import type * as completions from "../completions.js";
import type * as connections from "../connections.js";
import type * as crons from "../crons.js";
import type * as deploy from "../deploy.js";
import type * as deployWrites from "../deployWrites.js";
import type * as health from "../health.js";
import type * as instanceWrites from "../instanceWrites.js";
import type * as instances from "../instances.js";
import type * as jobWork from "../jobWork.js";
import type * as jobs from "../jobs.js";
import type * as keys from "../keys.js";
import type * as lib_authConfig from "../lib/authConfig.js";
import type * as lib_errors from "../lib/errors.js";
import type * as lib_functions from "../lib/functions.js";
import type * as memory from "../memory.js";
import type * as model_alerts from "../model/alerts.js";
import type * as model_allowance from "../model/allowance.js";
import type * as model_approvals from "../model/approvals.js";
import type * as model_audit_chain from "../model/audit/chain.js";
import type * as model_audit_record from "../model/audit/record.js";
import type * as model_audit_seal from "../model/audit/seal.js";
import type * as model_audit_verify from "../model/audit/verify.js";
import type * as model_budget from "../model/budget.js";
import type * as model_completions from "../model/completions.js";
import type * as model_context from "../model/context.js";
import type * as model_crypto_keySet from "../model/crypto/keySet.js";
import type * as model_crypto_sealed from "../model/crypto/sealed.js";
import type * as model_crypto_vault from "../model/crypto/vault.js";
import type * as model_deploy_access from "../model/deploy/access.js";
import type * as model_deploy_bootstrap from "../model/deploy/bootstrap.js";
import type * as model_deploy_change from "../model/deploy/change.js";
import type * as model_deploy_choose from "../model/deploy/choose.js";
import type * as model_deploy_connections from "../model/deploy/connections.js";
import type * as model_deploy_control from "../model/deploy/control.js";
import type * as model_deploy_create from "../model/deploy/create.js";
import type * as model_deploy_deployments from "../model/deploy/deployments.js";
import type * as model_deploy_differences from "../model/deploy/differences.js";
import type * as model_deploy_events from "../model/deploy/events.js";
import type * as model_deploy_goBack from "../model/deploy/goBack.js";
import type * as model_deploy_logs from "../model/deploy/logs.js";
import type * as model_deploy_offers from "../model/deploy/offers.js";
import type * as model_deploy_overview from "../model/deploy/overview.js";
import type * as model_deploy_plans from "../model/deploy/plans.js";
import type * as model_deploy_publicUrl from "../model/deploy/publicUrl.js";
import type * as model_deploy_receipt from "../model/deploy/receipt.js";
import type * as model_deploy_secrets from "../model/deploy/secrets.js";
import type * as model_deploy_versions from "../model/deploy/versions.js";
import type * as model_encoding from "../model/encoding.js";
import type * as model_given from "../model/given.js";
import type * as model_health from "../model/health.js";
import type * as model_jobs_integrations from "../model/jobs/integrations.js";
import type * as model_jobs_orphans from "../model/jobs/orphans.js";
import type * as model_jobs_present from "../model/jobs/present.js";
import type * as model_jobs_providers from "../model/jobs/providers.js";
import type * as model_jobs_retention from "../model/jobs/retention.js";
import type * as model_jobs_rotation from "../model/jobs/rotation.js";
import type * as model_jobs_schedule from "../model/jobs/schedule.js";
import type * as model_jobs_stale from "../model/jobs/stale.js";
import type * as model_jobs_summary from "../model/jobs/summary.js";
import type * as model_jobs_work from "../model/jobs/work.js";
import type * as model_keys_grants from "../model/keys/grants.js";
import type * as model_keys_keys from "../model/keys/keys.js";
import type * as model_keys_moved from "../model/keys/moved.js";
import type * as model_keys_usage from "../model/keys/usage.js";
import type * as model_logs from "../model/logs.js";
import type * as model_logs_digest from "../model/logs/digest.js";
import type * as model_logs_index from "../model/logs/index.js";
import type * as model_logs_seal from "../model/logs/seal.js";
import type * as model_logs_search from "../model/logs/search.js";
import type * as model_memories from "../model/memories.js";
import type * as model_memories_history from "../model/memories/history.js";
import type * as model_memories_provenance from "../model/memories/provenance.js";
import type * as model_memories_retention from "../model/memories/retention.js";
import type * as model_memories_review from "../model/memories/review.js";
import type * as model_memories_rows from "../model/memories/rows.js";
import type * as model_memories_supersede from "../model/memories/supersede.js";
import type * as model_memories_wording from "../model/memories/wording.js";
import type * as model_networks from "../model/networks.js";
import type * as model_oldNames from "../model/oldNames.js";
import type * as model_operations_effects from "../model/operations/effects.js";
import type * as model_operations_machine from "../model/operations/machine.js";
import type * as model_operations_operations from "../model/operations/operations.js";
import type * as model_operations_present from "../model/operations/present.js";
import type * as model_operations_work from "../model/operations/work.js";
import type * as model_pages from "../model/pages.js";
import type * as model_principal from "../model/principal.js";
import type * as model_providers_digitalocean from "../model/providers/digitalocean.js";
import type * as model_providers_digitaloceanApi from "../model/providers/digitaloceanApi.js";
import type * as model_providers_digitaloceanCatalog from "../model/providers/digitaloceanCatalog.js";
import type * as model_providers_hetzner from "../model/providers/hetzner.js";
import type * as model_providers_hetznerApi from "../model/providers/hetznerApi.js";
import type * as model_providers_hetznerCatalog from "../model/providers/hetznerCatalog.js";
import type * as model_providers_host from "../model/providers/host.js";
import type * as model_providers_http from "../model/providers/http.js";
import type * as model_providers_open from "../model/providers/open.js";
import type * as model_providers_scenarios from "../model/providers/scenarios.js";
import type * as model_providers_simulated from "../model/providers/simulated.js";
import type * as model_providers_simulatedCatalog from "../model/providers/simulatedCatalog.js";
import type * as model_providers_simulatedReports from "../model/providers/simulatedReports.js";
import type * as model_providers_simulatedServers from "../model/providers/simulatedServers.js";
import type * as model_providers_sshKey from "../model/providers/sshKey.js";
import type * as model_providers_types from "../model/providers/types.js";
import type * as model_providers_validators from "../model/providers/validators.js";
import type * as model_recall_candidates from "../model/recall/candidates.js";
import type * as model_recall_commonStems from "../model/recall/commonStems.js";
import type * as model_recall_entry from "../model/recall/entry.js";
import type * as model_recall_indexText from "../model/recall/indexText.js";
import type * as model_recall_language from "../model/recall/language.js";
import type * as model_recall_question from "../model/recall/question.js";
import type * as model_recall_rank from "../model/recall/rank.js";
import type * as model_recall_rarity from "../model/recall/rarity.js";
import type * as model_recall_search from "../model/recall/search.js";
import type * as model_recall_sessions from "../model/recall/sessions.js";
import type * as model_recall_upkeep from "../model/recall/upkeep.js";
import type * as model_recall_why from "../model/recall/why.js";
import type * as model_receipts from "../model/receipts.js";
import type * as model_refusals from "../model/refusals.js";
import type * as model_scan_credentials from "../model/scan/credentials.js";
import type * as model_scan_formats from "../model/scan/formats.js";
import type * as model_scan_scan from "../model/scan/scan.js";
import type * as model_secrets_approve from "../model/secrets/approve.js";
import type * as model_secrets_explain from "../model/secrets/explain.js";
import type * as model_secrets_generate from "../model/secrets/generate.js";
import type * as model_secrets_halves from "../model/secrets/halves.js";
import type * as model_secrets_names from "../model/secrets/names.js";
import type * as model_secrets_open from "../model/secrets/open.js";
import type * as model_secrets_place from "../model/secrets/place.js";
import type * as model_secrets_present from "../model/secrets/present.js";
import type * as model_secrets_remove from "../model/secrets/remove.js";
import type * as model_secrets_resolve from "../model/secrets/resolve.js";
import type * as model_secrets_store from "../model/secrets/store.js";
import type * as model_secrets_uses from "../model/secrets/uses.js";
import type * as model_secrets_write from "../model/secrets/write.js";
import type * as model_server__generated_scripts from "../model/server/_generated/scripts.js";
import type * as model_server_bootstrap from "../model/server/bootstrap.js";
import type * as model_server_cloudInit from "../model/server/cloudInit.js";
import type * as model_server_compose from "../model/server/compose.js";
import type * as model_server_enrolment from "../model/server/enrolment.js";
import type * as model_server_files from "../model/server/files.js";
import type * as model_server_hardening from "../model/server/hardening.js";
import type * as model_server_heard from "../model/server/heard.js";
import type * as model_server_instances from "../model/server/instances.js";
import type * as model_server_openclaw from "../model/server/openclaw.js";
import type * as model_server_places from "../model/server/places.js";
import type * as model_server_rotation from "../model/server/rotation.js";
import type * as model_server_spec from "../model/server/spec.js";
import type * as model_server_told from "../model/server/told.js";
import type * as model_server_units from "../model/server/units.js";
import type * as model_transfer_keys from "../model/transfer/keys.js";
import type * as model_transfer_logs from "../model/transfer/logs.js";
import type * as model_transfer_memories from "../model/transfer/memories.js";
import type * as model_transfer_out from "../model/transfer/out.js";
import type * as model_webhook_deliveries from "../model/webhook/deliveries.js";
import type * as model_webhook_message from "../model/webhook/message.js";
import type * as model_webhook_send from "../model/webhook/send.js";
import type * as operations from "../operations.js";
import type * as pages from "../pages.js";
import type * as presence from "../presence.js";
import type * as receipts from "../receipts.js";
import type * as retention from "../retention.js";
import type * as secretReads from "../secretReads.js";
import type * as secretWrites from "../secretWrites.js";
import type * as secrets from "../secrets.js";
import type * as simulated from "../simulated.js";
import type * as status from "../status.js";
import type * as statusHalves from "../statusHalves.js";
import type * as tables_alerts from "../tables/alerts.js";
import type * as tables_audit from "../tables/audit.js";
import type * as tables_deploy from "../tables/deploy.js";
import type * as tables_jobs from "../tables/jobs.js";
import type * as tables_keys from "../tables/keys.js";
import type * as tables_presence from "../tables/presence.js";
import type * as tables_secrets from "../tables/secrets.js";
import type * as tables_simulated from "../tables/simulated.js";
import type * as tables_transfer from "../tables/transfer.js";
import type * as tenants from "../tenants.js";
import type * as transfer from "../transfer.js";
import type * as vault from "../vault.js";
import type * as webhook from "../webhook.js";

import type {
  ApiFromModules,
  FilterApi,
  FunctionReference,
} from "convex/server";
import { anyApi, componentsGeneric } from "convex/server";

const fullApi: ApiFromModules<{
  approvals: typeof approvals;
  audit: typeof audit;
  completions: typeof completions;
  connections: typeof connections;
  crons: typeof crons;
  deploy: typeof deploy;
  deployWrites: typeof deployWrites;
  health: typeof health;
  instanceWrites: typeof instanceWrites;
  instances: typeof instances;
  jobWork: typeof jobWork;
  jobs: typeof jobs;
  keys: typeof keys;
  "lib/authConfig": typeof lib_authConfig;
  "lib/errors": typeof lib_errors;
  "lib/functions": typeof lib_functions;
  memory: typeof memory;
  "model/alerts": typeof model_alerts;
  "model/allowance": typeof model_allowance;
  "model/approvals": typeof model_approvals;
  "model/audit/chain": typeof model_audit_chain;
  "model/audit/record": typeof model_audit_record;
  "model/audit/seal": typeof model_audit_seal;
  "model/audit/verify": typeof model_audit_verify;
  "model/budget": typeof model_budget;
  "model/completions": typeof model_completions;
  "model/context": typeof model_context;
  "model/crypto/keySet": typeof model_crypto_keySet;
  "model/crypto/sealed": typeof model_crypto_sealed;
  "model/crypto/vault": typeof model_crypto_vault;
  "model/deploy/access": typeof model_deploy_access;
  "model/deploy/bootstrap": typeof model_deploy_bootstrap;
  "model/deploy/change": typeof model_deploy_change;
  "model/deploy/choose": typeof model_deploy_choose;
  "model/deploy/connections": typeof model_deploy_connections;
  "model/deploy/control": typeof model_deploy_control;
  "model/deploy/create": typeof model_deploy_create;
  "model/deploy/deployments": typeof model_deploy_deployments;
  "model/deploy/differences": typeof model_deploy_differences;
  "model/deploy/events": typeof model_deploy_events;
  "model/deploy/goBack": typeof model_deploy_goBack;
  "model/deploy/logs": typeof model_deploy_logs;
  "model/deploy/offers": typeof model_deploy_offers;
  "model/deploy/overview": typeof model_deploy_overview;
  "model/deploy/plans": typeof model_deploy_plans;
  "model/deploy/publicUrl": typeof model_deploy_publicUrl;
  "model/deploy/receipt": typeof model_deploy_receipt;
  "model/deploy/secrets": typeof model_deploy_secrets;
  "model/deploy/versions": typeof model_deploy_versions;
  "model/encoding": typeof model_encoding;
  "model/given": typeof model_given;
  "model/health": typeof model_health;
  "model/jobs/integrations": typeof model_jobs_integrations;
  "model/jobs/orphans": typeof model_jobs_orphans;
  "model/jobs/present": typeof model_jobs_present;
  "model/jobs/providers": typeof model_jobs_providers;
  "model/jobs/retention": typeof model_jobs_retention;
  "model/jobs/rotation": typeof model_jobs_rotation;
  "model/jobs/schedule": typeof model_jobs_schedule;
  "model/jobs/stale": typeof model_jobs_stale;
  "model/jobs/summary": typeof model_jobs_summary;
  "model/jobs/work": typeof model_jobs_work;
  "model/keys/grants": typeof model_keys_grants;
  "model/keys/keys": typeof model_keys_keys;
  "model/keys/moved": typeof model_keys_moved;
  "model/keys/usage": typeof model_keys_usage;
  "model/logs": typeof model_logs;
  "model/logs/digest": typeof model_logs_digest;
  "model/logs/index": typeof model_logs_index;
  "model/logs/seal": typeof model_logs_seal;
  "model/logs/search": typeof model_logs_search;
  "model/memories": typeof model_memories;
  "model/memories/history": typeof model_memories_history;
  "model/memories/provenance": typeof model_memories_provenance;
  "model/memories/retention": typeof model_memories_retention;
  "model/memories/review": typeof model_memories_review;
  "model/memories/rows": typeof model_memories_rows;
  "model/memories/supersede": typeof model_memories_supersede;
  "model/memories/wording": typeof model_memories_wording;
  "model/networks": typeof model_networks;
  "model/oldNames": typeof model_oldNames;
  "model/operations/effects": typeof model_operations_effects;
  "model/operations/machine": typeof model_operations_machine;
  "model/operations/operations": typeof model_operations_operations;
  "model/operations/present": typeof model_operations_present;
  "model/operations/work": typeof model_operations_work;
  "model/pages": typeof model_pages;
  "model/principal": typeof model_principal;
  "model/providers/digitalocean": typeof model_providers_digitalocean;
  "model/providers/digitaloceanApi": typeof model_providers_digitaloceanApi;
  "model/providers/digitaloceanCatalog": typeof model_providers_digitaloceanCatalog;
  "model/providers/hetzner": typeof model_providers_hetzner;
  "model/providers/hetznerApi": typeof model_providers_hetznerApi;
  "model/providers/hetznerCatalog": typeof model_providers_hetznerCatalog;
  "model/providers/host": typeof model_providers_host;
  "model/providers/http": typeof model_providers_http;
  "model/providers/open": typeof model_providers_open;
  "model/providers/scenarios": typeof model_providers_scenarios;
  "model/providers/simulated": typeof model_providers_simulated;
  "model/providers/simulatedCatalog": typeof model_providers_simulatedCatalog;
  "model/providers/simulatedReports": typeof model_providers_simulatedReports;
  "model/providers/simulatedServers": typeof model_providers_simulatedServers;
  "model/providers/sshKey": typeof model_providers_sshKey;
  "model/providers/types": typeof model_providers_types;
  "model/providers/validators": typeof model_providers_validators;
  "model/recall/candidates": typeof model_recall_candidates;
  "model/recall/commonStems": typeof model_recall_commonStems;
  "model/recall/entry": typeof model_recall_entry;
  "model/recall/indexText": typeof model_recall_indexText;
  "model/recall/language": typeof model_recall_language;
  "model/recall/question": typeof model_recall_question;
  "model/recall/rank": typeof model_recall_rank;
  "model/recall/rarity": typeof model_recall_rarity;
  "model/recall/search": typeof model_recall_search;
  "model/recall/sessions": typeof model_recall_sessions;
  "model/recall/upkeep": typeof model_recall_upkeep;
  "model/recall/why": typeof model_recall_why;
  "model/receipts": typeof model_receipts;
  "model/refusals": typeof model_refusals;
  "model/scan/credentials": typeof model_scan_credentials;
  "model/scan/formats": typeof model_scan_formats;
  "model/scan/scan": typeof model_scan_scan;
  "model/secrets/approve": typeof model_secrets_approve;
  "model/secrets/explain": typeof model_secrets_explain;
  "model/secrets/generate": typeof model_secrets_generate;
  "model/secrets/halves": typeof model_secrets_halves;
  "model/secrets/names": typeof model_secrets_names;
  "model/secrets/open": typeof model_secrets_open;
  "model/secrets/place": typeof model_secrets_place;
  "model/secrets/present": typeof model_secrets_present;
  "model/secrets/remove": typeof model_secrets_remove;
  "model/secrets/resolve": typeof model_secrets_resolve;
  "model/secrets/store": typeof model_secrets_store;
  "model/secrets/uses": typeof model_secrets_uses;
  "model/secrets/write": typeof model_secrets_write;
  "model/server/_generated/scripts": typeof model_server__generated_scripts;
  "model/server/bootstrap": typeof model_server_bootstrap;
  "model/server/cloudInit": typeof model_server_cloudInit;
  "model/server/compose": typeof model_server_compose;
  "model/server/enrolment": typeof model_server_enrolment;
  "model/server/files": typeof model_server_files;
  "model/server/hardening": typeof model_server_hardening;
  "model/server/heard": typeof model_server_heard;
  "model/server/instances": typeof model_server_instances;
  "model/server/openclaw": typeof model_server_openclaw;
  "model/server/places": typeof model_server_places;
  "model/server/rotation": typeof model_server_rotation;
  "model/server/spec": typeof model_server_spec;
  "model/server/told": typeof model_server_told;
  "model/server/units": typeof model_server_units;
  "model/transfer/keys": typeof model_transfer_keys;
  "model/transfer/logs": typeof model_transfer_logs;
  "model/transfer/memories": typeof model_transfer_memories;
  "model/transfer/out": typeof model_transfer_out;
  "model/webhook/deliveries": typeof model_webhook_deliveries;
  "model/webhook/message": typeof model_webhook_message;
  "model/webhook/send": typeof model_webhook_send;
  operations: typeof operations;
  pages: typeof pages;
  presence: typeof presence;
  receipts: typeof receipts;
  retention: typeof retention;
  secretReads: typeof secretReads;
  secretWrites: typeof secretWrites;
  secrets: typeof secrets;
  simulated: typeof simulated;
  status: typeof status;
  statusHalves: typeof statusHalves;
  "tables/alerts": typeof tables_alerts;
  "tables/audit": typeof tables_audit;
  "tables/deploy": typeof tables_deploy;
  "tables/jobs": typeof tables_jobs;
  "tables/keys": typeof tables_keys;
  "tables/presence": typeof tables_presence;
  "tables/secrets": typeof tables_secrets;
  "tables/simulated": typeof tables_simulated;
  "tables/transfer": typeof tables_transfer;
  tenants: typeof tenants;
  transfer: typeof transfer;
  vault: typeof vault;
  webhook: typeof webhook;
}> = anyApi as any;

/**
 * A utility for referencing Convex functions in your app's public API.
 *
 * Usage:
 * ```js
 * const myFunctionReference = api.myModule.myFunction;
 * ```
 */
export const api: FilterApi<
  typeof fullApi,
  FunctionReference<any, "public">
> = anyApi as any;

/**
 * A utility for referencing Convex functions in your app's internal API.
 *
 * Usage:
 * ```js
 * const myFunctionReference = internal.myModule.myFunction;
 * ```
 */
export const internal: FilterApi<
  typeof fullApi,
  FunctionReference<any, "internal">
> = anyApi as any;

export const components = componentsGeneric() as unknown as {
  rateLimiter: import("@convex-dev/rate-limiter/_generated/component.js").ComponentApi<"rateLimiter">;
};

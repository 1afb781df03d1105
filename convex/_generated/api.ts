/* eslint-disable */
/**
 * Generated `api` utility.
 *
 * THIS CODE IS AUTOMATICALLY GENERATED.
 *
 * To regenerate, run `npx convex dev`.
 * @module
 */

import type * as crons from "../crons.js";
import type * as keys from "../keys.js";
import type * as lib_authConfig from "../lib/authConfig.js";
import type * as lib_errors from "../lib/errors.js";
import type * as lib_functions from "../lib/functions.js";
import type * as memory from "../memory.js";
import type * as model_budget from "../model/budget.js";
import type * as model_context from "../model/context.js";
import type * as model_logs from "../model/logs.js";
import type * as model_memories from "../model/memories.js";
import type * as model_pages from "../model/pages.js";
import type * as model_principal from "../model/principal.js";
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
import type * as receipts from "../receipts.js";
import type * as tenants from "../tenants.js";

import type {
  ApiFromModules,
  FilterApi,
  FunctionReference,
} from "convex/server";
import { anyApi, componentsGeneric } from "convex/server";

const fullApi: ApiFromModules<{
  crons: typeof crons;
  keys: typeof keys;
  "lib/authConfig": typeof lib_authConfig;
  "lib/errors": typeof lib_errors;
  "lib/functions": typeof lib_functions;
  memory: typeof memory;
  "model/budget": typeof model_budget;
  "model/context": typeof model_context;
  "model/logs": typeof model_logs;
  "model/memories": typeof model_memories;
  "model/pages": typeof model_pages;
  "model/principal": typeof model_principal;
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
  receipts: typeof receipts;
  tenants: typeof tenants;
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

export const components = componentsGeneric() as unknown as {};

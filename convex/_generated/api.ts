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
import type * as model_context from "../model/context.js";
import type * as model_logs from "../model/logs.js";
import type * as model_memories from "../model/memories.js";
import type * as model_pages from "../model/pages.js";
import type * as model_principal from "../model/principal.js";
import type * as model_receipts from "../model/receipts.js";
import type * as model_search from "../model/search.js";
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
  "model/context": typeof model_context;
  "model/logs": typeof model_logs;
  "model/memories": typeof model_memories;
  "model/pages": typeof model_pages;
  "model/principal": typeof model_principal;
  "model/receipts": typeof model_receipts;
  "model/search": typeof model_search;
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

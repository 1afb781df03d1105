import type { IdentityJson } from "../auth/identity.ts";
import type { Kind, RequestInfo } from "../types.ts";
import type { Json } from "../values/json.ts";

/** One call of a function as it came over the wire. */
export interface FunctionCall {
  /** `any`: whatever the function is registered as. */
  readonly kind: Kind | "any";
  /** `dir/module:function`, or `dir/module` for its default export. */
  readonly path: string;
  /** The component it is looked up in; the app itself when undefined. */
  readonly component?: string | undefined;
  /** Convex-encoded and unchecked: size, nesting and validators are the host's to check. */
  readonly args: Json[];
  readonly identity: IdentityJson | null;
  /** True for an admin, who may call internal functions. */
  readonly allowInternal: boolean;
  readonly request: RequestInfo;
  /** Read the database as it was at this commit timestamp (queries only). */
  readonly ts?: bigint | undefined;
}

/** What became of it. A function that throws is an outcome; a rejection means that the engine itself failed. */
export type FunctionOutcome = {
  /** What it printed, one line each, such as `[LOG] 'hello'`. */
  readonly logLines: readonly string[];
} & (
  | { readonly ok: true /** Convex-encoded JSON text. */; readonly value: string }
  | { readonly ok: false; readonly error: unknown }
);

export interface StoredFile {
  readonly body: Blob;
  readonly contentType: string | null;
  /** base64 */
  readonly sha256: string;
}

/** What the HTTP API needs of an engine beyond its public interface: values stay JSON on their way through. */
export interface FunctionHost {
  invoke(call: FunctionCall): Promise<FunctionOutcome>;
  /** Runs the HTTP action that `http.ts` has for this request's path. */
  httpAction(request: Request, identity: IdentityJson | null, info: RequestInfo): Promise<Response>;
  /** Rejects with an AuthenticationError. */
  authenticate(token: string): Promise<IdentityJson>;
  /** The timestamp of the latest commit, in nanoseconds. */
  latestTs(): bigint;
  /** Stores what was uploaded with a token of `storage.generateUploadUrl`; null for a token that is not valid (now). */
  upload(token: string, file: Blob): Promise<string | null>;
  download(storageId: string): Promise<StoredFile | null>;
}

/** Where an engine carries its host, out of sight of its users. */
export const FUNCTION_HOST: unique symbol = Symbol("functionHost");

export interface HasFunctionHost {
  readonly [FUNCTION_HOST]: FunctionHost;
}

import type { IdentityJson } from "../auth/identity.ts";
import type { Identity, Kind, LogLine, RequestInfo } from "../types.ts";

/** One call of a function as it came over the wire. */
export interface JsonCall {
  /** Undefined: whatever the function is registered as. */
  readonly kind?: Kind;
  /** `dir/module:function`, or `dir/module` for its default export. */
  readonly path: string;
  /** Its one argument as Convex-encoded JSON text, not yet checked for size, nesting or by validators. */
  readonly argsJson: string;
  /** The component it is looked up in; default: the app itself. */
  readonly component?: string;
  readonly identity?: Identity;
  readonly request?: RequestInfo;
  /** Refuse internal functions. */
  readonly publicOnly?: boolean;
  /** Told of every line this call prints, those of the functions it calls included. */
  readonly onLog?: (line: LogLine) => void;
  /** Read the database as it was at this commit timestamp: a query, at a timestamp that was held. */
  readonly ts?: bigint;
}

export interface StoredFile {
  readonly body: Blob;
  readonly contentType: string | null;
  /** base64 */
  readonly sha256: string;
}

/** What the HTTP API needs of an engine: values stay JSON on their way through. */
export interface FunctionHost {
  /** The result as Convex-encoded JSON text. Rejects with what the function threw, an EngineError or SnapshotGoneError. */
  invokeJson(call: JsonCall): Promise<string>;
  /** Runs the HTTP action that `http.ts` has for this request's path. */
  fetch(request: Request, options: { identity: Identity; request: RequestInfo }): Promise<Response>;
  /** The identity a token proves. Rejects with an AuthenticationError. */
  authenticate(token: string): Promise<IdentityJson>;
  /** Keeps the state of the latest commit readable for a while, and gives its timestamp in nanoseconds. */
  holdSnapshot(): Promise<bigint>;
  /** Stores what was uploaded with a token of `storage.generateUploadUrl`; null for a token that is not valid (now). */
  upload(token: string, file: Blob): Promise<string | null>;
  /** The public keys of tokens that the deployment signs. */
  jwks(): Promise<{ keys: object[] }>;
  download(storageId: string): Promise<StoredFile | null>;
}

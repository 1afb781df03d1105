/** A door before a Convex that is only its wire: every request it gets is kept, every answer is the test's own. */
import { createApiKey } from "@moorage/shared/api-key";
import type { ErrorShape } from "@moorage/shared/errors";
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, jwtVerify } from "jose";
import { type AppOptions, createApp } from "../src/app.ts";
import type { Bindings } from "../src/env.ts";
import type { LogLine } from "../src/middleware/access-log.ts";

export interface Seen {
  url: string;
  path: string;
  body: { path: string; format: string; args: unknown[] };
  headers: Headers;
  /** Of the token, its signature checked. */
  claims: JWTPayload;
  init: RequestInit;
}

export type Upstream = (seen: Seen) => Response | Promise<Response>;

export const ISSUER = "https://door.test";
export const AUDIENCE = "moorage-test";
export const json = (value: unknown, status = 200) => Response.json(value, { status });
export const success = (value: unknown) => json({ status: "success", value });
export const failure = (errorData: unknown, errorMessage = "Uncaught ConvexError") =>
  json({ status: "error", errorMessage, errorData });

const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
const publicKeys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: "k1", alg: "ES256" }] });
export const bindings: Bindings = {
  CONVEX_URL: "https://convex.test",
  MOORAGE_SIGNING_KEY: JSON.stringify({ ...(await exportJWK(privateKey)), kid: "k1" }),
  MOORAGE_ISSUER: ISSUER,
  MOORAGE_AUDIENCE: AUDIENCE,
};

export interface Answer {
  status: "success" | "error";
  value?: unknown;
  errorMessage?: string;
  errorData?: ErrorShape;
}

interface Options extends Omit<AppOptions, "convexFetch" | "log"> {
  upstream?: Upstream;
  /** What `keys:resolve` answers; a function may change its mind. */
  resolve?: Upstream;
  scopes?: string[];
  env?: Partial<Bindings>;
}

export function openDoor({ upstream, resolve, scopes, env, ...options }: Options = {}) {
  const seen: Seen[] = [];
  const lines: LogLine[] = [];
  const key = createApiKey();
  const app = createApp({
    ...options,
    log: (line) => lines.push(line),
    convexFetch: async (input, init = {}) => {
      const headers = new Headers(init.headers);
      const token = headers.get("authorization")?.replace("Bearer ", "") ?? "";
      const currentDate = new Date((options.now ?? Date.now)());
      const { payload: claims } = await jwtVerify(token, publicKeys, { currentDate, algorithms: ["ES256"] });
      const url = String(input);
      const body = JSON.parse(String(init.body)) as Seen["body"];
      const request = { url, path: body.path, body, headers, claims, init };
      seen.push(request);
      if (body.path === "keys:resolve") {
        const known = { keyId: key.keyId, scopes: scopes ?? ["memory:read", "memory:write"] };
        return await (resolve ?? (() => success(known)))(request);
      }
      return await (upstream ?? (() => success({ deleted: true })))(request);
    },
  });

  const send = (path: string, init: RequestInit) => Promise.resolve(app.request(path, init, { ...bindings, ...env }));
  const post = (endpoint: string, body: BodyInit, headers: Record<string, string> = {}) =>
    send(endpoint, { method: "POST", body, headers: { authorization: `Bearer ${key.text}`, ...headers } });
  const call = async (kind: string, path: string, args: unknown, headers: Record<string, string> = {}) => {
    const body = JSON.stringify({ path, format: "convex_encoded_json", args: [args] });
    return (await (await post(`/api/${kind}`, body, headers)).json()) as Answer;
  };
  return {
    app,
    key,
    seen,
    lines,
    send,
    post,
    call,
    forwarded: () => seen.filter(({ path }) => path !== "keys:resolve"),
  };
}

/** Calls that every contract test may use. */
export const GET = { id: "k57abc" };
export const ADD = { type: "fact", content: "The harbour opens at six.", opId: "11111111-1111-4111-8111-111111111111" };
export const DELETE = { id: "k57abc", opId: "11111111-1111-4111-8111-111111111111" };

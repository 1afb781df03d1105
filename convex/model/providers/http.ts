/**
 * How an adapter calls its provider's API: one address that no caller can change, https, no redirect followed, a limit on
 * time and size, and of an answer only the fields that its form names. No word of it but an error code goes further.
 */
import type * as z from "zod";
import type { Access, Failure, Outcome } from "./types.ts";

const TIMEOUT_MS = 30_000;
/** The longest list there is, sizes with their prices, is far below. */
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_PAGES = 40;

export interface Call<T> {
  method?: "GET" | "POST" | "DELETE";
  /** Made with `path`, below the API's base. */
  path: string;
  query?: Record<string, string | number | readonly (string | number)[]>;
  body?: object;
  form: z.ZodType<T>;
  /** The answer when there is no such thing (any more). */
  ifGone?: T;
  /** Whether a repeat would do it twice; a lost answer is `unknown` then. */
  isCreate?: boolean;
}

export interface Refusal {
  status: number;
  body: unknown;
  headers: Headers;
}

export interface ApiOptions {
  access: Access;
  base: `https://${string}`;
  /** What to do about an answer that is no success; undefined where its status alone says it. */
  classify(refusal: Refusal): Failure | undefined;
}

export interface Api {
  call<T>(call: Call<T>): Promise<Outcome<{ data: T }>>;
}

/** A path whose values stay within their segment. */
export function path(parts: TemplateStringsArray, ...values: string[]): string {
  return String.raw({ raw: parts }, ...values.map(segment));
}

function segment(value: string): string {
  if (value === "" || value === "." || value === "..") throw new TypeError("This value cannot be part of a path.");
  return encodeURIComponent(value);
}

export const createApi = ({ access, base, classify }: ApiOptions): Api => ({
  async call({ method = "GET", path: where, query = {}, body, form, ifGone, isCreate = false }) {
    const lost = (message: string): Failure => ({ ok: false, class: isCreate ? "unknown" : "retryable", message });
    const url = new URL(`${base}${where}`);
    for (const [name, values] of Object.entries(query)) {
      for (const value of [values].flat()) url.searchParams.append(name, String(value));
    }
    const answer = await exchange(access, url, method, body);
    if (answer === undefined) return lost("The provider did not answer.");
    if (answer.status === 404 && ifGone !== undefined) return { ok: true, data: ifGone };
    if (answer.status >= 200 && answer.status < 300) {
      const parsed = form.safeParse(answer.body);
      return parsed.success ? { ok: true, data: parsed.data } : lost("The provider answered in a form we do not know.");
    }
    return classify(answer) ?? byStatus(answer, lost);
  },
});

/** A list's pages, one after the other, up to a bound that no account comes near. */
export async function allPages<T, Item>(
  api: Api,
  call: Call<T>,
  { itemsOf, hasNext }: { itemsOf: (page: T) => Item[]; hasNext: (page: T) => boolean },
): Promise<Outcome<{ items: Item[] }>> {
  const items: Item[] = [];
  for (let page = 1; page <= MAX_PAGES; page++) {
    const answer = await api.call({ ...call, query: { ...call.query, page } });
    if (!answer.ok) return answer;
    items.push(...itemsOf(answer.data));
    if (!hasNext(answer.data)) break;
  }
  return { ok: true, items };
}

function byStatus({ status, headers }: Refusal, lost: (message: string) => Failure): Failure {
  if (status === 401 || status === 403) {
    return { ok: false, class: "auth", message: "The provider refused the credential." };
  }
  if (status === 429) return tooMany(retryAfterMs(headers) ?? 5_000);
  if (status >= 500) return lost(`The provider failed (HTTP ${status}).`);
  return { ok: false, class: "rejected", message: `The provider refused the request (HTTP ${status}).` };
}

export const tooMany = (afterMs: number): Failure => ({
  ok: false,
  class: "retryable",
  message: "The provider's limit of calls is reached.",
  retryAfterMs: afterMs,
});

/** Seconds, by both providers' documents; at most ten minutes, whatever they say. */
export function retryAfterMs(headers: Headers): number | undefined {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 600) * 1_000 : undefined;
}

/** `undefined`: no whole answer came, and nobody knows what became of the request. */
async function exchange(
  { credential, fetch }: Access,
  url: URL,
  method: string,
  body: object | undefined,
): Promise<Refusal | undefined> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      method,
      redirect: "manual",
      signal: limit.signal,
      headers: {
        authorization: `Bearer ${credential}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await textOf(response);
    if (text === undefined || response.redirected) return undefined;
    return { status: response.status, headers: response.headers, body: parseJson(text) };
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** `undefined` for an answer that is longer than any can be; what comes after is not waited for. */
async function textOf({ body }: Response): Promise<string | undefined> {
  if (body === null) return "";
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  for (const reader = body.getReader(); ; ) {
    const { value, done } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > MAX_BYTES) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Convex's HTTP function API, and the only file that knows its wire. It calls once: whoever repeats is the client. */
import type { Kind } from "@moorage/shared/contract";
import { AppError, parseErrorShape } from "@moorage/shared/errors";

/** MCP clients give up after a minute; they are to hear from us before. */
const TIME_LIMIT_MS = 50_000;
/** Convex's status for a function that failed, beside 200. */
const FUNCTION_FAILED = 560;

export type Format = "convex_encoded_json" | "json";

export interface ConvexCall {
  readonly kind: Kind;
  readonly path: string;
  readonly format: Format;
  /** As they travel in that format. */
  readonly args: unknown;
}

export interface Request {
  /** Names the call in our log, in Convex's and in the audit trail. */
  id: string;
  /** The program it came from. */
  client?: string | undefined;
  signal?: AbortSignal;
}

export interface ConvexClient {
  /** The answer of a call that succeeded, as JSON text for the caller. Everything else is thrown as an AppError. */
  forward(call: ConvexCall, token: string, request: Request): Promise<string>;
}

export function createConvexClient(url: string, convexFetch: typeof fetch): ConvexClient {
  return {
    async forward({ kind, path, format, args }, token, { id, client, signal }) {
      const limit = new AbortController();
      const abort = () => limit.abort();
      const timer = setTimeout(abort, TIME_LIMIT_MS);
      signal?.addEventListener("abort", abort);
      let status: number;
      let text: string;
      try {
        const response = await convexFetch(`${url}/api/${kind}`, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            authorization: `Bearer ${token}`,
            "moorage-request-id": id,
            // What a function can see of a request: Convex has no other place for it.
            "user-agent": `moorage/1 ${id}${client === undefined ? "" : ` ${client}`}`,
          },
          body: JSON.stringify({ path, format, args: [args] }),
          // A redirect would carry the token to wherever it points.
          redirect: "manual",
          signal: limit.signal,
        });
        status = response.status;
        text = await response.text();
      } catch (error) {
        // Embedded, Convex is the caller's own disk, which fails in ways they can mend.
        if (error instanceof AppError) throw error;
        throw down(limit.signal.aborted ? "no answer in time" : describe(error));
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      }
      return read(status, text);
    },
  };
}

function read(status: number, text: string): string {
  const answer = parse(text);
  if (answer === undefined) throw down(`HTTP ${status}, not JSON`);
  if (status === 200 || status === FUNCTION_FAILED) {
    // What a function printed is for its operator.
    if (answer.status === "success" && "value" in answer)
      return "logLines" in answer ? JSON.stringify({ status: "success", value: answer.value }) : text;
    if (answer.status === "error") throw failureOf(answer);
    throw down(`HTTP ${status}, neither success nor error`);
  }
  const code = typeof answer.code === "string" && /^\w{1,64}$/.test(answer.code) ? ` ${answer.code}` : "";
  if (status >= 500 || status === 429 || status === 408 || status < 400) throw down(`HTTP ${status}${code}`);
  throw new AppError("internal", undefined, { cause: `HTTP ${status}${code}` });
}

interface Answer {
  status?: unknown;
  value?: unknown;
  errorMessage?: unknown;
  errorData?: unknown;
  code?: unknown;
}

function parse(text: string): Answer | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === "object" && answer !== null ? answer : undefined;
  } catch {
    return undefined;
  }
}

/** An error of ours goes on as it is. Any other text may quote arguments or code: only its request id is kept. */
function failureOf({ errorData, errorMessage }: Answer): AppError {
  const shape = parseErrorShape(errorData);
  if (shape !== undefined) return new AppError(shape.code, shape.message, { hint: shape.hint });
  const [, id] = /^\[Request ID: (\w{1,64})\]/.exec(String(errorMessage)) ?? [];
  return new AppError("internal", undefined, { cause: `the function failed${id ? ` (Convex request ${id})` : ""}` });
}

const down = (cause: string) => new AppError("upstream_down", undefined, { cause });

/** A runtime's network error by name and code; its message may hold addresses. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return "the request failed";
  const { code } = (error.cause ?? error) as { code?: unknown };
  return typeof code === "string" ? `${error.name} ${code}` : error.name;
}

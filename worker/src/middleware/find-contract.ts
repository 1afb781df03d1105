import type { Contract, Kind } from "@moorage/shared/contract";
import { CONTRACTS } from "@moorage/shared/contracts/registry";
import { AppError } from "@moorage/shared/errors";
import type { MiddlewareHandler } from "hono";
import type { Format } from "../convex-client.ts";
import type { AppEnv } from "../env.ts";

/** What a caller asks for: one function of ours, and its arguments as they travelled. */
export interface Call {
  readonly contract: Contract;
  readonly format: Format;
  readonly args: unknown;
}

const FIELDS = new Set(["path", "format", "args"]);
const FORMATS: ReadonlySet<unknown> = new Set<Format>(["convex_encoded_json", "json"]);

/** Reads the call and finds its contract: an exact path from the list, at the endpoint of its kind, or nothing. */
export const findContract =
  (kind: Kind): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const { path, format, args } = parse(c.get("body"));
    const contract = typeof path === "string" ? CONTRACTS.get(path) : undefined;
    if (contract === undefined)
      throw new AppError(
        "unknown_function",
        typeof path === "string" ? "There is no function of that name." : "path: must be a string",
      );
    c.get("line").function = contract.path;
    if (contract.kind !== kind)
      throw new AppError("unknown_function", `${contract.path} is of the kind ${contract.kind}, not ${kind}.`);
    if (!FORMATS.has(format)) throw malformed('format: must be one of "convex_encoded_json", "json"');
    const [only, ...more] = Array.isArray(args) ? (args as unknown[]) : [args];
    if (typeof only !== "object" || only === null || Array.isArray(only) || more.length > 0)
      throw malformed("args: must be one object");
    c.set("call", { contract, format: format as Format, args: only });
    await next();
  };

function parse(body: string): { path?: unknown; format?: unknown; args?: unknown } {
  let call: unknown;
  try {
    call = JSON.parse(body);
  } catch {
    throw malformed("The body is not JSON.");
  }
  if (typeof call !== "object" || call === null || Array.isArray(call)) throw malformed("The body is not an object.");
  for (const field of Object.keys(call)) {
    if (!FIELDS.has(field)) throw malformed("The body holds a field other than path, format and args.");
  }
  return call;
}

const malformed = (message: string) =>
  new AppError("invalid_input", message, { hint: "Call with a ConvexHttpClient, or as one does." });

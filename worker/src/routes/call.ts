import { explainIssues } from "@moorage/shared/contract";
import { AppError } from "@moorage/shared/errors";
import { type JSONValue, jsonToConvex } from "convex/values";
import type { Context } from "hono";
import type { Respond } from "../answer.ts";
import { assertBounded } from "../bounds.ts";
import type { AppEnv } from "../env.ts";
import type { Call } from "../middleware/find-contract.ts";

/** Checks the arguments by the contract, forwards the call, passes the answer back. */
export const call =
  (respond: Respond) =>
  async (c: Context<AppEnv>): Promise<Response> => {
    const { call, door, line, requestId, session } = c.var;
    assertBounded(call.args);
    const checked = call.contract.args.safeParse(decode(call));
    if (!checked.success) throw new AppError("invalid_input", explainIssues(checked.error, call.args));
    // What was checked is written anew, never the caller's text: two parsers may read one text as two things.
    const { contract, format, args } = call;
    const answer = await door.convex.forward(
      { kind: contract.kind, path: contract.path, format, args },
      session.token,
      {
        id: requestId,
        client: line.client,
        signal: c.req.raw.signal,
      },
    );
    return respond(answer, 200);
  };

function decode({ format, args }: Call): unknown {
  if (format === "json") return args;
  try {
    return jsonToConvex(args as JSONValue);
  } catch {
    throw new AppError("invalid_input", "args: must be encoded as Convex values");
  }
}

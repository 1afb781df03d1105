import * as contracts from "@moorage/shared/contracts/completions";
import { authedQuery } from "./lib/functions.ts";
import { valuesFor } from "./model/completions.ts";

export const values = authedQuery(contracts.values, (ctx, args) => valuesFor(ctx, args));

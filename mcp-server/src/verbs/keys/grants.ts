/** What `keys create` is told a key may do, as the function takes it. */
import type { ArgsOf } from "@moorage/shared/contract";
import type { create } from "@moorage/shared/contracts/keys";
import { AGENT_SCOPES, isWriteScope, OWNER_SCOPES, type Scope } from "@moorage/shared/scopes";
import { SettingError } from "../../setting-error.ts";
import { parseDuration, splitList, type Words } from "../../terminal/words.ts";

export type Grants = ArgsOf<typeof create>;

export function readGrants(words: Words, now: Date): Grants {
  const agent = words.get("agent");
  const networks = words.get("networks");
  const expires = words.get("expires");
  return {
    name: words.places[0]!,
    scopes: readScopes(words.get("scopes"), words.has("read-only")),
    ...(agent === undefined ? {} : { agent }),
    ...(networks === undefined ? {} : { networks: splitList(networks) }),
    ...(expires === undefined ? {} : { expiresAt: readEnd(expires, now) }),
  };
}

/** A coding agent's scopes, unless others are named. */
function readScopes(list: string | undefined, isReadOnly: boolean): [Scope, ...Scope[]] {
  const named = list === undefined ? [...AGENT_SCOPES] : splitList(list);
  const unknown = named.find((name) => !isScope(name));
  if (unknown !== undefined) {
    throw new SettingError(`--scopes has no "${unknown}"; choose from ${OWNER_SCOPES.join(",")}`);
  }
  const scopes = named.filter(isScope);
  const writing = scopes.filter(isWriteScope);
  if (isReadOnly && list !== undefined && writing.length > 0) {
    throw new SettingError(`--read-only does not go with ${writing.join(",")}; leave one or the other out`);
  }
  return (isReadOnly ? scopes.filter((scope) => !isWriteScope(scope)) : scopes) as [Scope, ...Scope[]];
}

const isScope = (name: string): name is Scope => OWNER_SCOPES.some((scope) => scope === name);

function readEnd(text: string, now: Date): string {
  const duration = parseDuration(text);
  if (duration !== undefined) return new Date(now.getTime() + duration).toISOString();
  if (Number.isNaN(Date.parse(text))) {
    throw new SettingError("--expires must be a time from now such as 90d or 12h, or a date such as 2027-01-31");
  }
  return text;
}

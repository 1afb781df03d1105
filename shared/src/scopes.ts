/** What a key may do. A scope is listed here together with the first function that needs it. */
export const SCOPES = [
  "memory:read",
  "memory:write",
  "memory:approve",
  "deploy:read",
  "deploy:write",
  "status:read",
  "status:write",
  "secrets:read",
  "secrets:write",
  "secrets:use",
  "secrets:reveal",
  "audit:read",
  "keys:admin",
  "approve",
  "enroll:login",
  "enroll:instance",
  "instance",
  "page:secret",
  "page:approval",
  "door",
] as const;

export type Scope = (typeof SCOPES)[number];

/** Scopes of keys that the backend makes for one purpose; nobody can ask for them. */
const RESERVED: readonly Scope[] = [
  "enroll:login",
  "enroll:instance",
  "instance",
  "page:secret",
  "page:approval",
  "door",
];

/** What a person's own key holds, and the most that any key they make can. */
export const OWNER_SCOPES = SCOPES.filter((scope) => !RESERVED.includes(scope)) as [Scope, ...Scope[]];

/** A coding agent's key by default: it uses what there is, but never reveals, approves or manages keys. */
export const AGENT_SCOPES: readonly Scope[] = [
  "memory:read",
  "memory:write",
  "deploy:read",
  "deploy:write",
  "status:read",
  "status:write",
  "secrets:read",
  "secrets:write",
  "secrets:use",
  "audit:read",
];

const CHANGING: readonly (Scope | "any")[] = [
  "keys:admin",
  "approve",
  "enroll:login",
  "enroll:instance",
  "instance",
  "memory:approve",
  "page:secret",
  "page:approval",
];

/** Scopes that change something; a read-only session is refused every function that needs one. */
export const isWriteScope = (scope: Scope | "any"): boolean => scope.endsWith(":write") || CHANGING.includes(scope);

/** A server's key is of the scope `instance:<id>`: it speaks for that one server. */
export const instanceScope = (id: string): string => `instance:${id}`;

/** The server that a key of these scopes speaks for. */
export const instanceOf = (scopes: Iterable<string>): string | undefined =>
  [...scopes].find((scope) => scope.startsWith("instance:"))?.slice("instance:".length);

/** Whether scopes of a key are enough for a function. */
export const isGranted = (scopes: Iterable<string>, scope: Scope | "any"): boolean => {
  const own = [...scopes];
  return scope === "any" || own.includes(scope) || (scope === "instance" && instanceOf(own) !== undefined);
};

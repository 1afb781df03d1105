/** What a key may do. A scope is listed here together with the first function that needs it. */
export const SCOPES = ["memory:read", "memory:write"] as const;

export type Scope = (typeof SCOPES)[number];

/** Scopes that change something; a read-only session is refused every function that needs one. */
export const isWriteScope = (scope: Scope | "any"): boolean => scope.endsWith(":write");

const IDENTIFIER = /^(?!_+$)[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Table names, declared fields and the steps of a field path: letters, digits and underscores, at most 64. */
export function isIdentifier(text: string): boolean {
  return IDENTIFIER.test(text);
}

/** The steps of a dotted field path, or null if it is none. */
export function parseFieldPath(text: string): string[] | null {
  const steps = text.replace(/^\.+|\.+$/g, "").split(".");
  return steps.every(isIdentifier) ? steps : null;
}

/**
 * A variable as `.env` files have it. Plain where it can be, else in single quotes, in which every reader takes all but a
 * single quote as it stands; a value that has one goes into double quotes, with the escapes that shells know.
 */
export function dotenvLine([name, value]: readonly [string, string]): string {
  return `${name}=${quoted(value)}\n`;
}

function quoted(value: string): string {
  if (/^[\w./:@%+,=-]*$/.test(value)) return value;
  if (!/['\r]/.test(value)) return `'${value}'`;
  const escaped = value.replaceAll(/[\\"$`]/g, "\\$&").replaceAll("\r", "\\r");
  return `"${escaped}"`;
}

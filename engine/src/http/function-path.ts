import { displayText } from "../values/display.ts";
import { ProtocolError } from "./protocol-error.ts";

const MAX_LENGTH = 64;

const shownChar = (char: string): string => `'${displayText(char).slice(1, -1)}'`;

function componentProblem(component: string): string | null {
  if (component.length > MAX_LENGTH) {
    return `Path component is too long (${component.length} > maximum ${MAX_LENGTH}): ${component.slice(0, MAX_LENGTH)}...`;
  }
  if (!/^[\w.]*$/.test(component))
    return `Path component ${component} can only contain alphanumeric characters, underscores, or periods.`;
  if (!/[A-Za-z0-9]/.test(component))
    return `Path component ${component} must have at least one alphanumeric character.`;
  return null;
}

function moduleProblem(path: string): string | null {
  if (path.startsWith("/")) return `Module paths must be relative (${path} is absolute).`;
  const components = path.split("/").filter((component, i) => component !== "" && (component !== "." || i === 0));
  const name = components.at(-1);
  if (name === undefined || name === "." || name === "..") return `Module path ${path} doesn't have a filename.`;
  const extension = /.\.([^.]*)$/.exec(name)?.[1];
  if (extension !== undefined && extension !== "js") return `Module path (${path}) has an extension that isn't 'js'.`;
  if (components.includes("..")) return `Invalid path component ParentDir in ${path}.`;
  if (components.includes(".")) return `Invalid path component CurDir in ${path}.`;
  const file = extension === undefined ? `${name}.js` : name;
  for (const component of [...components.slice(0, -1), file]) {
    const problem = componentProblem(component);
    if (problem !== null) return problem;
  }
  return null;
}

function identifierProblem(name: string): string | null {
  const [first, ...rest] = name;
  if (first === undefined) return "Identifier cannot be empty";
  if (!/[A-Za-z_]/.test(first)) {
    return `Invalid first character ${shownChar(first)} in ${name}: Identifiers must start with an alphabetic character or underscore`;
  }
  const invalid = rest.find((char) => !/\w/.test(char));
  if (invalid !== undefined) {
    return `Identifier ${name} has invalid character ${shownChar(invalid)}: Identifiers can only contain alphanumeric characters or underscores`;
  }
  if (name.length > MAX_LENGTH) return `Identifier is too long (${name.length} > maximum ${MAX_LENGTH})`;
  return /^_+$/.test(name) ? `Identifier ${name} cannot have exclusively underscores` : null;
}

/** Paths found to be in order: an app has few, and asks for them again and again. */
const known = new Set<string>();
const MAX_KNOWN = 10_000;

/** Throws the protocol's 400 for a text that cannot name a function, such as `a b:c`. */
export function checkFunctionPath(path: string): void {
  if (known.has(path)) return;
  const colon = path.lastIndexOf(":");
  const problem =
    moduleProblem(colon < 0 ? path : path.slice(0, colon)) ??
    (colon < 0 ? null : identifierProblem(path.slice(colon + 1)));
  if (problem !== null) {
    throw new ProtocolError(
      400,
      "BadConvexFunctionIdentifier",
      `${path} is not a valid path to a Convex function. ${problem}`,
    );
  }
  if (known.size < MAX_KNOWN) known.add(path);
}

/** `messages/list` of `/api/run/messages/list` as `messages:list`. */
export function pathOfRunRoute(route: string): string {
  const missing = (): ProtocolError =>
    new ProtocolError(
      400,
      "MissingIdentifier",
      "Path or function name not provided in path, e.g. /api/run/messages/list",
    );
  let parts: string[];
  try {
    parts = route.split("/").map(decodeURIComponent);
  } catch {
    throw missing();
  }
  const name = parts.pop();
  if (parts.length === 0 || name === undefined) throw missing();
  return `${parts.join("/")}:${name}`;
}

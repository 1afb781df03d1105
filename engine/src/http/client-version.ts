import { ProtocolError } from "./protocol-error.ts";
import type { ValueFormat } from "./value-format.ts";

type Version = readonly [number, number, number];

const HEADER = "Convex-Client";
const SEMVER = /^(\d+)\.(\d+)\.(\d+)(?:[-+].*)?$/;

interface Support {
  /** These and older releases are refused. */
  readonly unsupported: Version;
  /** These and older releases expect encoded values unless they ask for another format. */
  readonly encodedByDefault?: Version;
}

const NPM: Support = { unsupported: [0, 19, 1], encodedByDefault: [1, 4, 1] };
const PYTHON: Support = { unsupported: [0, 0, 2], encodedByDefault: [0, 5, 0] };
const SUPPORT = new Map<string, Support>([
  ["npm", NPM],
  ["npm-cli", NPM],
  ["actions", NPM],
  ["python", PYTHON],
  ["python-convex", PYTHON],
  ["rust", { unsupported: [0, 0, 1] }],
]);

/** The client's name and, where it is one, its version: the longest end of the header that reads as semver. */
function parse(header: string): { name: string; version: Version | undefined } {
  const parts = header.split("-");
  if (parts.length < 2) {
    throw new ProtocolError(
      400,
      "InvalidClientVersion",
      `Failed to parse client version string: '${header}'. Expected format is {client_name}-{semver}, e.g. my-esolang-client-0.0.1`,
    );
  }
  for (let i = 1; i < parts.length; i++) {
    const match = SEMVER.exec(parts.slice(i).join("-"));
    if (match) {
      const [major, minor, patch] = match.slice(1, 4).map(Number) as [number, number, number];
      return { name: parts.slice(0, i).join("-").toLowerCase(), version: [major, minor, patch] };
    }
  }
  return { name: (parts[0] as string).toLowerCase(), version: undefined };
}

function isAtMost(version: Version, limit: Version): boolean {
  for (let i = 0; i < 3; i++) {
    const difference = (version[i] as number) - (limit[i] as number);
    if (difference !== 0) return difference < 0;
  }
  return true;
}

/** The format this client expects where it names none. Throws for a client too old to be served. */
export function defaultFormat(request: Request): ValueFormat {
  const header = request.headers.get(HEADER);
  if (header === null) return "clean";
  const { name, version } = parse(header);
  const support = SUPPORT.get(name);
  if (support === undefined) return "clean";
  if (version === undefined || isAtMost(version, support.unsupported)) {
    const message = `The ${name} client you are using is no longer supported. Upgrade it to a current release.`;
    throw new ProtocolError(400, "ClientVersionUnsupported", message, {
      "x-convex-deprecation-state": "Unsupported",
      "x-convex-deprecation-message": message,
    });
  }
  return support.encodedByDefault && isAtMost(version, support.encodedByDefault) ? "encoded" : "clean";
}

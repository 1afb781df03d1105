/**
 * A provider that is not there: its API by its own description, with a state, and faults on demand. What an adapter sends
 * and what the double itself answers are both checked; each breach is kept in `breaches`, which a test expects empty.
 */
import addFormats from "ajv-formats";
import { type Context, type Document, OpenAPIBackend } from "openapi-backend";

export interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** What goes wrong at an operation, so many times (once): an answer instead of the work, or none, after the work or before. */
export interface Fault {
  operation: string;
  times?: number;
  instead?: Reply;
  lost?: "before" | "after";
}

export interface Request {
  operation: string;
  body: unknown;
  token: string;
}

export interface DoubleOptions {
  definition: Document;
  /** What comes before the paths of the description. */
  base: string;
  handlers: Record<string, (context: Context) => Reply>;
  /** What the provider says to a request that its description forbids, and to a token that it does not know. */
  invalid: Reply;
  unauthorized: Reply;
  token: string;
}

/** Of numbers, and of decimals in strings: they say nothing that a type does not. */
const NUMBER_FORMATS = ["int32", "int64", "float", "double", "decimal"];

export class ProviderDouble {
  readonly requests: Request[] = [];
  readonly breaches: string[] = [];
  readonly #faults: Fault[] = [];
  readonly #options: DoubleOptions;
  readonly #api: OpenAPIBackend;

  constructor(options: DoubleOptions) {
    this.#options = options;
    this.#api = apiOf(options.definition);
  }

  fail(fault: Fault): void {
    this.#faults.push({ times: 1, ...fault });
  }

  /** How often an operation was called. */
  count(operation: string): number {
    return this.requests.filter((request) => request.operation === operation).length;
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const address = url.origin + url.pathname;
    if (!address.startsWith(this.#options.base)) throw new TypeError(`No such host: ${url.origin}`);
    const text = await request.text();
    const asked = {
      method: request.method,
      path: address.slice(this.#options.base.length),
      query: url.search.slice(1),
      headers: Object.fromEntries(request.headers),
      ...(text === "" ? {} : { body: JSON.parse(text) as unknown }),
    };
    const reply = (await this.#api.handleRequest(asked, this)) as Reply | undefined;
    // As when a connection breaks.
    if (reply === undefined) throw new TypeError("fetch failed");
    return new Response(reply.body === undefined ? null : JSON.stringify(reply.body), {
      status: reply.status,
      headers: { ...(reply.body === undefined ? {} : { "content-type": "application/json" }), ...reply.headers },
    });
  };

  /** Undefined for an answer that is lost. */
  handle(operation: string, context: Context): Reply | undefined {
    const { handlers, token: known, unauthorized } = this.#options;
    const work = handlers[operation];
    if (work === undefined) return this.refuse(`${operation} is not played`);
    const token = String(context.request.headers["authorization"] ?? "").replace(/^Bearer /, "");
    this.requests.push({ operation, body: context.request.requestBody, token });
    const fault = this.#takeFault(operation);
    if (fault?.lost === "before") return undefined;
    const reply = fault?.instead ?? (token === known ? work(context) : unauthorized);
    if (reply.body !== undefined) this.#checkReply(operation, reply);
    return fault?.lost === "after" ? undefined : reply;
  }

  refuse(breach: string): Reply {
    this.breaches.push(breach);
    return this.#options.invalid;
  }

  #checkReply(operation: string, { status, body }: Reply): void {
    const { errors } = this.#api.validateResponse(body, operation, status);
    if (errors) this.breaches.push(`the double's ${status} to ${operation}: ${JSON.stringify(errors)}`);
  }

  #takeFault(operation: string): Fault | undefined {
    const fault = this.#faults.find((one) => one.operation === operation && one.times! > 0);
    if (fault !== undefined) fault.times!--;
    return fault;
  }
}

const apis = new Map<Document, OpenAPIBackend>();

/** One for all doubles of a description: to compile its schemas takes longer than a test. */
function apiOf(definition: Document): OpenAPIBackend {
  const known = apis.get(definition);
  if (known !== undefined) return known;
  const api = new OpenAPIBackend({
    definition,
    ajvOpts: { strict: false },
    customizeAjv: (ajv) => {
      for (const name of NUMBER_FORMATS) ajv.addFormat(name, true);
      return addFormats.default(ajv);
    },
    coerceTypes: true,
    quick: true,
  });
  apis.set(definition, api);
  for (const id of operationIds(definition)) {
    api.register(id, (context, double: ProviderDouble) => double.handle(id, context));
  }
  // A token is looked at with everything else, so that a fault can come before.
  for (const scheme of Object.keys(definition.components?.securitySchemes ?? {})) {
    api.registerSecurityHandler(scheme, () => true);
  }
  api.register("validationFail", ({ operation, validation }, double: ProviderDouble) =>
    double.refuse(`${operation.operationId}: ${JSON.stringify(validation.errors)}`),
  );
  api.register("notFound", ({ request }, double: ProviderDouble) =>
    double.refuse(`${request.method} ${request.path} is no operation of this API`),
  );
  return api;
}

const operationIds = ({ paths }: Document): string[] =>
  Object.values(paths as Record<string, Record<string, { operationId?: string }>>).flatMap((path) =>
    Object.values(path).flatMap(({ operationId }) => operationId ?? []),
  );

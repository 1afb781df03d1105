/**
 * What the state machine knows of a provider. An adapter translates and classifies: it keeps nothing between calls, never
 * retries and never waits. It throws nothing either: what went wrong is data, and only the words here cross this border.
 */

/**
 * Why a call did not do what it should, by what to do next.
 * - `retryable`: nothing happened; the same call again, after `retryAfterMs` where it is given.
 * - `unknown`: it may have happened (the reply was lost). The same call again is safe: `createServer` looks first.
 * - `quota`: the account's limit is reached; its owner can raise it.
 * - `auth`: the credential is wrong, ended, or may not do this.
 * - `name_taken`: a server of this name is there, and it is not this attempt's.
 * - `unavailable`: this size or region cannot be had now; another one may.
 * - `rejected`: the provider will never accept this; a repeat changes nothing.
 */
export type FailureClass = "retryable" | "unknown" | "quota" | "auth" | "name_taken" | "unavailable" | "rejected";

export interface Failure {
  ok: false;
  class: FailureClass;
  /** A sentence of ours; of the provider's own words at most an error code, checked for its form. */
  message: string;
  retryAfterMs?: number;
}

export type Outcome<T = unknown> = ({ ok: true } & T) | Failure;

export interface Labels {
  /** The tenant's id: what a sweep looks for. */
  owner: string;
  deployment: string;
  /** New for each operation that creates a server, and kept over its retries: whose server this is. */
  attempt: string;
}

export interface ServerRequest {
  /** One RFC 1123 label of at most 63 characters, the same for every retry of an attempt. */
  name: string;
  labels: Labels;
  region: string;
  size: string;
  /** cloud-init, at most 32 KiB. */
  userData: string;
}

export interface Server {
  id: string;
  name: string;
  /** `other` is in between: being moved, rebuilt or deleted. */
  state: "starting" | "running" | "off" | "other";
  /** The provider is busy with it, and refuses every change until it is done. */
  isLocked?: true;
  /** Of the labels, those it carries. */
  labels: Partial<Labels>;
  ipv4?: string;
  ipv6?: string;
  /** Milliseconds since 1970. */
  createdAt?: number;
}

export interface Price {
  /** Without tax, the public IPv4 address included. */
  monthly: number;
  hourly: number;
  /** ISO 4217. */
  currency: string;
}

export interface Region {
  id: string;
  name: string;
  country?: string;
}

export interface Size {
  id: string;
  cpus: number;
  memoryMb: number;
  diskGb: number;
  /** Where it can be had now, and for what. */
  offers: { region: string; price: Price }[];
}

export interface Catalog {
  regions: Region[];
  sizes: Size[];
  /** When the provider said so, in milliseconds since 1970. */
  pricedAt: number;
}

export type PowerChange = "start" | "stop" | "restart";

/** Actions of the provider's that have to end before a step is done; empty where nothing is waited for. */
export type Pending = string[];

export type Progress = "running" | "done" | "failed" | "gone";

export interface Provider {
  /** Regions, sizes and prices, asked of the provider now. */
  catalog(): Promise<Outcome<{ catalog: Catalog }>>;
  /** Whether the credential lives and can read; `account` is a name to show, where the provider tells one. */
  verifyCredential(): Promise<Outcome<{ account?: string }>>;
  /**
   * Idempotent by the request's name and attempt: a server that an earlier call of the same attempt made, whether or not
   * its answer arrived, is adopted and answered.
   */
  createServer(request: ServerRequest): Promise<Outcome<{ server: Server; pending: Pending }>>;
  /** `null`: there is none, or none any more. */
  getServer(id: string): Promise<Outcome<{ server: Server | null }>>;
  /** Every server of the attempt; more than one only where a provider cannot keep names unique. */
  findByLabel(labels: Pick<Labels, "attempt">): Promise<Outcome<{ servers: Server[] }>>;
  /** How far a change has come; asked again, after a while, as long as it is `running`. `failed` is final. */
  progress(serverId: string, pending: Pending): Promise<Outcome<{ state: Progress }>>;
  /** What is so already is no failure. `stop` asks politely; `force` takes the power. */
  power(serverId: string, change: PowerChange, force?: boolean): Promise<Outcome<{ pending: Pending }>>;
  /** A server that is gone already counts as destroyed. */
  destroy(serverId: string): Promise<Outcome>;
  /** All servers with the owner's label, for the sweep. */
  list(labels: Pick<Labels, "owner">): Promise<Outcome<{ servers: Server[] }>>;
}

/** What an adapter for a cloud is made of; `fetch` is the only way it reaches out. */
export interface Access {
  credential: string;
  fetch: typeof fetch;
}

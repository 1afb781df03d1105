/**
 * The first thing a client talks to. It answers what it can from text made at build time and hands the rest to the
 * kernel, which it loads for the first request of that kind: clients start every server they know, and most sessions
 * call few of them. Answers are matched by id and may come in any order.
 */
import type { Log } from "../log.ts";
import type { Answers } from "./answers.ts";
import { createLineReader } from "./lines.ts";
import {
  errorText,
  INTERNAL_ERROR,
  INVALID_REQUEST,
  isId,
  isMalformed,
  isRequest,
  type Message,
  parseLine,
  type Request,
  type RequestId,
  readMessage,
} from "./messages.ts";
import { batchOutlet, lineOutlet, type Outlet } from "./outlet.ts";

export interface Kernel {
  deliver(message: Message): void;
  close(): Promise<void>;
}
export type LoadKernel = (send: (message: Message) => void) => Promise<Kernel>;

export interface FrontOptions {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream;
  answers: Answers;
  loadKernel: LoadKernel;
  log: Log;
  /** Ends the process; called after the last answer that was owed. */
  exit: (code: number) => void;
}

/** The kernel's name for a request of the client's is its id as JSON, which tells 1 from "1" and all from our own. */
const kernelId = (id: RequestId) => JSON.stringify(id);
const clientId = (id: RequestId) => JSON.parse(String(id)) as RequestId;
const REPLAY_ID = "replay";
/** How long calls in flight may take once the client has closed its end. */
const LAST_CALLS_MS = 10_000;

export function startFront({ input, output, answers, loadKernel, log, exit }: FrontOptions): void {
  const inFlight = new Map<RequestId, Outlet>();
  /** What the kernel asked the client and has no answer to yet, by ids of the kernel's own. */
  const asked = new Set<RequestId>();
  /** What came before the kernel was there, in order. */
  const waiting: Message[] = [];
  let kernel: Kernel | undefined;
  let loading = false;
  let ending = false;

  const write = (line: string) => void output.write(`${line}\n`);
  const direct = lineOutlet(write);
  const reader = createLineReader({
    line: (text) => {
      const value = parseLine(text);
      if (!Array.isArray(value)) return receive(value, direct);
      const batch = batchOutlet(write);
      for (const item of value) receive(item, batch);
      batch.complete();
    },
    tooLong: () => log("ignored a line that is too long"),
  });
  input.on("data", (chunk: Buffer) => reader.push(chunk));
  input.on("end", () => {
    reader.end();
    end();
  });
  input.on("close", end);
  input.on("error", end);
  // The client has gone: nobody is left to answer.
  output.on("error", () => exit(0));

  /** What is wrong with a message is logged without a word of it: it may hold what a person wrote. */
  function receive(value: unknown, outlet: Outlet) {
    const message = readMessage(value);
    if (message === undefined) log("ignored a line that is not a JSON-RPC message");
    else if (isMalformed(message)) refuse(message.malformed, message.code, message.why, outlet);
    else if (isRequest(message)) receiveRequest(message, outlet);
    else if (message.method === undefined) receiveAnswer(message);
    else if (message.method === "notifications/cancelled") cancel(message.params?.["requestId"]);
    // The kernel has no use for any other notification.
  }

  function refuse(id: RequestId, code: number, why: string, outlet: Outlet) {
    log(`refused a request: ${why}`);
    outlet.owe();
    outlet.settle(errorText(id, code, why));
  }

  function receiveRequest(request: Request, outlet: Outlet) {
    const answer = answers.get(request.method);
    outlet.owe();
    if (answer !== undefined) {
      outlet.settle(answer(request));
      // The kernel has to know the client's name and what it can do. Its answer, under an id of ours, is dropped.
      if (request.method === "initialize") pass(forKernel(request, REPLAY_ID));
      return;
    }
    if (inFlight.has(request.id)) {
      outlet.settle(errorText(request.id, INVALID_REQUEST, "this id is already in use by a request in flight"));
      return;
    }
    inFlight.set(request.id, outlet);
    pass(forKernel(request, kernelId(request.id)));
    load();
  }

  function receiveAnswer(message: Message) {
    if (message.id !== undefined && asked.delete(message.id)) pass(message);
    else log("ignored an answer: nothing was asked");
  }

  /** A cancelled request gets no answer; whether it was carried out stays open. */
  function cancel(requestId: unknown) {
    if (!isId(requestId)) return log("ignored a cancellation that names no request");
    const outlet = inFlight.get(requestId);
    if (outlet === undefined) return;
    inFlight.delete(requestId);
    outlet.settle();
    pass({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: kernelId(requestId) } });
  }

  function pass(message: Message) {
    if (kernel === undefined) waiting.push(message);
    else kernel.deliver(message);
  }

  function send(message: Message) {
    if (message.method !== undefined) return tell(message);
    if (message.id === undefined || message.id === REPLAY_ID) return;
    const id = clientId(message.id);
    const outlet = inFlight.get(id);
    if (outlet === undefined) return;
    inFlight.delete(id);
    outlet.settle(JSON.stringify({ ...message, id }));
    if (ending && inFlight.size === 0) finish();
  }

  /** A question of the kernel's to the client, or a notification. */
  function tell(message: Message) {
    if (isRequest(message)) asked.add(message.id);
    if (message.method === "notifications/cancelled") forget(message.params?.["requestId"]);
    if (ending && isRequest(message)) leaveUnanswered();
    else write(JSON.stringify(message));
  }

  function forget(requestId: unknown) {
    if (isId(requestId)) asked.delete(requestId);
  }

  /** Nobody is left to answer what the kernel asked: the calls that wait for it go on without. */
  function leaveUnanswered() {
    for (const id of asked) pass(JSON.parse(errorText(id, INTERNAL_ERROR, "The client has gone.")) as Message);
    asked.clear();
  }

  function load() {
    if (loading) return;
    loading = true;
    loadKernel(send).then(start, (error: unknown) => {
      log("could not start", error);
      for (const [id, outlet] of inFlight) outlet.settle(errorText(id, INTERNAL_ERROR, "The server could not start."));
      exit(1);
    });
  }

  async function start(loaded: Kernel) {
    for (const message of waiting.splice(0)) {
      loaded.deliver(message);
      // The SDK handles a message a turn later; what follows `initialize` must find it handled.
      if (message.method === "initialize") await nextTurn();
    }
    for (const message of waiting.splice(0)) loaded.deliver(message);
    kernel = loaded;
  }

  function end() {
    if (ending) return;
    ending = true;
    leaveUnanswered();
    if (inFlight.size === 0) finish();
    else setTimeout(finish, LAST_CALLS_MS);
  }

  function finish() {
    const done = () => output.write("", () => exit(0));
    if (kernel === undefined) done();
    else kernel.close().then(done, done);
  }
}

/**
 * Of `_meta` the progress token alone: the library leaves a request unanswered for odd content of the rest. And no wish
 * that it be a task: who offers none answers as ever, the library would refuse.
 */
function forKernel({ params, ...request }: Request, id: string): Message {
  if (params === undefined) return { ...request, id };
  const { _meta: meta, task: _, ...rest } = params;
  const token = (meta as Record<string, unknown> | null | undefined)?.["progressToken"] ?? undefined;
  return { ...request, id, params: { ...rest, ...(token === undefined ? {} : { _meta: { progressToken: token } }) } };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

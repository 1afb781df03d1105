/**
 * The first thing a client talks to. It answers what it can from text made at build time and hands the rest to the
 * kernel, which it loads for the first request of that kind: clients start every server they know, and most sessions
 * call few of them. Answers are matched by id and may come in any order.
 */
import type { Log } from "../log.ts";
import type { Answers } from "./answers.ts";
import { createLineReader } from "./lines.ts";
import {
  errorLine,
  INTERNAL_ERROR,
  INVALID_REQUEST,
  isRequest,
  type Message,
  parseMessage,
  type Request,
  type RequestId,
} from "./messages.ts";

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

const REPLAY_ID = "moorage:initialize";
/** How long calls in flight may take once the client has closed its end. */
const LAST_CALLS_MS = 10_000;

export function startFront({ input, output, answers, loadKernel, log, exit }: FrontOptions): void {
  const inFlight = new Set<RequestId>();
  /** What came before the kernel was there, in order. */
  const waiting: Message[] = [];
  let kernel: Kernel | undefined;
  let loading = false;
  let ending = false;

  const reader = createLineReader({
    line: (text) => {
      const message = parseMessage(text);
      if (message === undefined) log("ignored a line that is not a JSON-RPC message");
      else receive(message);
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

  function receive(message: Message) {
    if (isRequest(message)) return receiveRequest(message);
    if (message.method === "notifications/cancelled") {
      // A cancelled request gets no answer; whether it was carried out stays open.
      inFlight.delete(message.params?.["requestId"] as RequestId);
    }
    pass(message);
  }

  function receiveRequest(request: Request) {
    const answer = answers.get(request.method);
    if (answer !== undefined) {
      output.write(answer(request));
      // The kernel has to know the client's name and what it can do. Its answer, under an id of ours, is dropped.
      if (request.method === "initialize") pass({ ...request, id: REPLAY_ID });
      return;
    }
    if (inFlight.has(request.id)) {
      output.write(errorLine(request.id, INVALID_REQUEST, "this id is already in use by a request in flight"));
      return;
    }
    inFlight.add(request.id);
    pass(request);
    load();
  }

  function pass(message: Message) {
    if (kernel === undefined) waiting.push(message);
    else kernel.deliver(message);
  }

  function send(message: Message) {
    const isAnswer = message.method === undefined && message.id !== undefined;
    if (isAnswer && !inFlight.delete(message.id as RequestId)) return;
    output.write(`${JSON.stringify(message)}\n`);
    if (ending && inFlight.size === 0) finish();
  }

  function load() {
    if (loading) return;
    loading = true;
    loadKernel(send).then(start, (error: unknown) => {
      log("could not start", error);
      for (const id of inFlight) output.write(errorLine(id, INTERNAL_ERROR, "The server could not start."));
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
    if (inFlight.size === 0) finish();
    else setTimeout(finish, LAST_CALLS_MS);
  }

  function finish() {
    const done = () => output.write("", () => exit(0));
    if (kernel === undefined) done();
    else kernel.close().then(done, done);
  }
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** One line to standard error: standard output belongs to the protocol. */
export type Log = (message: string, cause?: unknown) => void;

let isGuarded = false;

export const log: Log = (message, cause) => {
  // A client may close the stream it does not read; that must not end the server.
  if (!isGuarded) process.stderr.on("error", () => {});
  isGuarded = true;
  process.stderr.write(`moorage: ${message}${cause === undefined ? "" : `: ${reasons(cause)}`}\n`);
};

/** An error's message and those of its causes, on one line, without stacks and without what was said before. */
export function reasons(error: unknown, said?: string): string {
  const messages: string[] = [];
  for (let cause = error; cause !== undefined && messages.length < 4; ) {
    const message = cause instanceof Error ? cause.message || cause.name : String(cause);
    if (message !== said && !messages.includes(message)) messages.push(message);
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return messages.join(": ").replaceAll(/\s+/g, " ").slice(0, 500);
}

import * as z from "zod";

interface ErrorKind {
  /** `caller`: the message is about their own input. `operator`: a fixed sentence, the cause goes to the log. */
  audience: "caller" | "operator";
  /** Whether the same call may succeed later without a change. */
  retryable: boolean;
  /** What an operator error says, and the next step for any error thrown without one. */
  message?: string;
  hint: string;
}

/** Every way a call can fail. Audience and retry advice are looked up here, never guessed from a text. */
export const ERRORS = {
  invalid_input: { audience: "caller", retryable: false, hint: "Correct the named field and call again." },
  not_found: { audience: "caller", retryable: false, hint: "List what exists, then use one of those ids." },
  bad_cursor: {
    audience: "caller",
    retryable: false,
    hint: "Start again without a cursor, and pass on only the cursor of the page before, with the same filters.",
  },
  too_large: { audience: "caller", retryable: false, hint: "Send less: split the content into several calls." },
  unknown_function: {
    audience: "caller",
    retryable: false,
    hint: "Check that client and server are of the same release.",
  },
  unauthenticated: {
    audience: "caller",
    retryable: false,
    message: "The API key is missing or not valid.",
    hint: "It is unknown, expired or revoked. `moorage doctor` says how to get another.",
  },
  network_refused: {
    audience: "caller",
    retryable: false,
    message: "This key may not be used from this network.",
    hint: "Use the key from one of its allowed networks, or ask its owner to add this one.",
  },
  missing_scope: {
    audience: "caller",
    retryable: false,
    hint: "Ask the key's owner for one that has the scope.",
  },
  read_only: {
    audience: "caller",
    retryable: false,
    message: "This session is read-only.",
    hint: "Start the server without --read-only to change something.",
  },
  token_used: {
    audience: "caller",
    retryable: false,
    message: "This code or page has been used.",
    hint: "Ask for a new one; each works once.",
  },
  approval_refused: {
    audience: "caller",
    retryable: false,
    message: "This key may not decide about this approval.",
    hint: 'Let a person decide with a key of their own that has the scope "approve", at a terminal or on the page.',
  },
  approval_closed: {
    audience: "caller",
    retryable: false,
    message: "This approval is no longer waiting for a decision.",
    hint: "Make the call again that asked for it; a new approval begins.",
  },
  approval_declined: {
    audience: "caller",
    retryable: false,
    message: "A person declined this.",
    hint: "Do not repeat it: ask the person what they would rather have.",
  },
  secret_found: {
    audience: "caller",
    retryable: false,
    hint: "Keep it with secret_set, which gives it to programs and shows it to nobody; here write its name alone.",
  },
  conflict: {
    audience: "caller",
    retryable: true,
    message: "It was changed at the same moment by another call.",
    hint: "Look at what is there now, then call again if it is still wanted.",
  },
  needs_public_url: {
    audience: "caller",
    retryable: false,
    message: "A server elsewhere could not report in: this Moorage has no address that it can reach.",
    hint: "Set MOORAGE_URL to a hosted Moorage, or MOORAGE_PUBLIC_URL to the https address at which this one listens; or try it with the provider simulated.",
  },
  not_connected: {
    audience: "caller",
    retryable: false,
    hint: "Call deploy_connect, which asks a person for the account's credential.",
  },
  credential_refused: {
    audience: "caller",
    retryable: false,
    message: "The provider refused this credential; nothing was kept.",
    hint: "Make a new token with read and write permission in the provider's console, and enter that.",
  },
  provider_failed: {
    audience: "caller",
    retryable: true,
    hint: "Try again in a moment; deploy_catalog shows what the provider offers.",
  },
  plan_over: {
    audience: "caller",
    retryable: false,
    message: "This plan has been used, or its quarter of an hour is over.",
    hint: "Make a new one with deploy_plan; deploy_list shows what was created.",
  },
  wrong_state: {
    audience: "caller",
    retryable: false,
    hint: "Look at it with deploy_get, and do first what it needs.",
  },
  operation_running: {
    audience: "caller",
    retryable: true,
    hint: "Follow the one that runs with status_operation, or call it off with deploy_cancel; then call again.",
  },
  beyond_own_key: {
    audience: "caller",
    retryable: false,
    hint: "Use a key that has what the new one is to have.",
  },
  secret_unreadable: {
    audience: "operator",
    retryable: false,
    message: "This secret's stored value does not open.",
    hint: "Set it again; if many do not open, whoever runs this Moorage puts its database back as it was.",
  },
  master_key_missing: {
    audience: "operator",
    retryable: false,
    message: "The master key that seals these secrets is not there.",
    hint: "Whoever runs a hosted Moorage puts it back into MOORAGE_MASTER_KEYS. On one's own machine: `moorage restore FILE --replace`; without a backup, `moorage keys renew` gives the values up, so that others can be set.",
  },
  keys_missing: {
    audience: "operator",
    retryable: false,
    message: "The backend has no keys for secrets and records.",
    hint: "Whoever runs it sets MOORAGE_MASTER_KEYS and MOORAGE_AUDIT_KEYS in the deployment's environment.",
  },
  rate_limited: {
    audience: "caller",
    retryable: true,
    message: "Too many calls in a short time.",
    hint: "Wait a minute, then call again.",
  },
  upstream_down: {
    audience: "operator",
    retryable: true,
    message: "The backend did not answer.",
    hint: "Try again in a moment; if it lasts, whoever runs the server finds the cause in its log under the request id.",
  },
  busy: {
    audience: "operator",
    retryable: true,
    message: "The database is busy with another process.",
    hint: "Try again in a moment.",
  },
  database_corrupt: {
    audience: "operator",
    retryable: false,
    message: "The database file is damaged.",
    hint: "Move the file aside and restore a backup, or start with an empty one; MOORAGE_DATA_DIR says where it is.",
  },
  database_read_only: {
    audience: "operator",
    retryable: false,
    message: "The database cannot be written.",
    hint: "Give this user write permission on the data directory and its files, or set MOORAGE_DATA_DIR to another.",
  },
  database_gone: {
    audience: "operator",
    retryable: false,
    message: "The database file was moved or deleted while the server was running; nothing was written.",
    hint: "Put the file back if it was moved, then restart this MCP server (restart the client, or reload its servers).",
  },
  disk_full: {
    audience: "operator",
    retryable: true,
    message: "The disk is full; nothing was written.",
    hint: "Free some space on the disk of the data directory, then call again.",
  },
  newer_data: {
    audience: "operator",
    retryable: false,
    message: "The data directory was written by a newer release.",
    hint: "Update moorage, or set MOORAGE_DATA_DIR to another directory.",
  },
  restart_needed: {
    audience: "operator",
    retryable: false,
    message: "Another process has moved the database to a newer release.",
    hint: "Restart this MCP server (restart the client, or reload its servers).",
  },
  setup: {
    audience: "caller",
    retryable: false,
    hint: "Correct the setting, then restart the server.",
  },
  internal: {
    audience: "operator",
    retryable: false,
    message: "Something went wrong on our side.",
    hint: "Report it with the request id.",
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;

/** The one error shape, on the wire and in a tool's result. */
export const errorShape = z.strictObject({
  code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  hint: z.string(),
  retryable: z.boolean(),
  requestId: z.string().optional(),
});
export type ErrorShape = z.infer<typeof errorShape>;

/**
 * A failure that may be shown to the caller. The message says what is wrong in their own terms, the hint what to do next.
 * @example throw new AppError("not_found", `There is no memory "${id}".`, { hint: "memory_list shows the ids that exist." });
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly hint: string;
  /** Of the call that failed, where the error already came from another layer. */
  readonly requestId: string | undefined;

  constructor(
    code: ErrorCode,
    message?: string,
    options: { hint?: string; cause?: unknown; requestId?: string | undefined } = {},
  ) {
    const kind: ErrorKind = ERRORS[code];
    const text = kind.audience === "operator" ? kind.message : (message ?? kind.message);
    if (text === undefined) throw new TypeError(`An AppError "${code}" needs a message.`);
    super(text, { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? kind.hint;
    this.requestId = options.requestId;
  }

  toShape(requestId = this.requestId): ErrorShape {
    const { code, message, hint } = this;
    const { retryable } = ERRORS[code];
    return { code, message, hint, retryable, ...(requestId === undefined ? {} : { requestId }) };
  }
}

/** Reads an error of ours that crossed the wire; anything else is `undefined`. */
export function parseErrorShape(data: unknown): ErrorShape | undefined {
  return errorShape.safeParse(data).data;
}

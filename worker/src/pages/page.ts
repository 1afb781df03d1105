/** What all one-time pages have in common: who may open them, how they answer, how they fail. */
import type { Contract, ResultOf } from "@moorage/shared/contract";
import { AppError, type ErrorCode } from "@moorage/shared/errors";
import type { Context, MiddlewareHandler } from "hono";
import { html } from "hono/html";
import type { AppEnv } from "../env.ts";
import type { Session } from "../sessions.ts";
import { layout } from "./layout.ts";

type Html = ReturnType<typeof html>;

/**
 * Only under its own address, so that no other name that leads here can read or send it; and sent only by itself, so that
 * no other site can make a person's browser do so.
 */
export const checkOrigin: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { origin } = c.get("door");
  if (new URL(c.req.url).origin !== origin) throw wrongPlace();
  if (c.req.method === "POST") {
    const site = c.req.header("sec-fetch-site") ?? "same-origin";
    if (c.req.header("origin") !== origin || site !== "same-origin") throw wrongPlace();
    if (!/^application\/x-www-form-urlencoded\b/.test(c.req.header("content-type") ?? "")) throw wrongPlace();
  }
  await next();
};

const wrongPlace = () =>
  new AppError("invalid_input", "This page was not opened at its own address.", {
    hint: "Open the link as it was given, in a window of its own.",
  });

/** Calls a function of the page as the holder of its token, or of another key. */
export async function callAs<C extends Contract>(
  c: Context<AppEnv>,
  session: Session,
  contract: C,
  args: object,
): Promise<ResultOf<C>> {
  const { door, line, requestId } = c.var;
  line.function = contract.path;
  line.keyId = session.keyId;
  const call = { kind: contract.kind, path: contract.path, format: "json", args } as const;
  const answer = await door.convex.forward(call, session.token, { id: requestId, client: "page" });
  const parsed = contract.result.safeParse((JSON.parse(answer) as { value: unknown }).value);
  if (!parsed.success) throw new AppError("internal", undefined, { cause: `${contract.path} broke its contract` });
  return parsed.data as ResultOf<C>;
}

/** How long something can still be done, in words: without script a page does not know its reader's clock. */
export function within(expiresAt: string): string {
  const minutes = Math.max(1, Math.floor((Date.parse(expiresAt) - Date.now()) / 60_000));
  return minutes === 1 ? "within the next minute" : `within the next ${minutes} minutes`;
}

/** The form that was sent; its values are nowhere else than in the answer's own variables. */
export const formOf = (c: Context<AppEnv>): URLSearchParams => new URLSearchParams(c.get("body"));

export function show(c: Context<AppEnv>, title: string, body: Html, status: 200 | 400 | 403 | 410 | 503 = 200) {
  const nonce = crypto.randomUUID();
  c.header(
    "content-security-policy",
    `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  );
  // With less, a browser would send its own form with the origin "null".
  c.header("referrer-policy", "same-origin");
  c.header("x-frame-options", "DENY");
  return c.html(layout(title, body, nonce), status);
}

/** What a person reads instead of an error's code. A used, an ended and an invented token look alike. */
export function showFailure(c: Context<AppEnv>, error: AppError): Response | Promise<Response> {
  const over: readonly ErrorCode[] = ["unauthenticated", "token_used", "approval_closed", "not_found"];
  if (over.includes(error.code))
    return show(
      c,
      "This page is over",
      html`<p>It has been used, or its time has run out.</p>
        <p class="soft">Ask for a new one where you got the link; each works once, for a few minutes.</p>`,
      410,
    );
  const { code, message, hint } = error.toShape();
  const status = code === "invalid_input" || code === "too_large" ? 400 : code === "approval_refused" ? 403 : 503;
  return show(
    c,
    "That did not work",
    html`<p>${message}</p>
      <p class="soft">${hint}</p>`,
    status,
  );
}

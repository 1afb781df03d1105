/** What waits for a person: a yes to one exact difference, or a value that only they know. */
import type { ArgsOf } from "@moorage/shared/contract";
import type { waiting as waitingContract } from "@moorage/shared/contracts/approvals";
import * as approvals from "@moorage/shared/contracts/approvals";
import * as secrets from "@moorage/shared/contracts/secrets";
import { AppError } from "@moorage/shared/errors";
import * as z from "zod";
import type { Result, ToolContext } from "../tool.ts";
import type { Person } from "./person.ts";

type Waiting = z.output<typeof waitingContract>;

/** Where a person goes; one at a terminal is told the command alone, and knows what is next. */
const places = { page: z.string().optional(), command: z.string(), next: z.string().optional() };

/** What a model does with it: a value that was typed is not asked for again, an approved call is made again. */
const NEXT = {
  approve:
    "Nothing is done yet. Give the user the page or the command; once they have agreed, make this same call again.",
  unanswered:
    "The form was closed or not answered: nobody has declined, and nothing is done yet. Give the user the page or the command; once they have agreed, make this same call again.",
  value:
    "Nothing is set yet. Give the user the page or the command; once they have typed it, secret_list shows it. Do not call this again before, but for a new page.",
  credential:
    "Nothing is kept yet. Give the user the page or the command; once they have typed it, status_overview shows the connection. Do not call this again before, but for a new page.",
} as const;

const nextFor = (person: Person, what: keyof typeof NEXT) => (person.hasPages ? { next: NEXT[what] } : {});

/** The answer of a tool whose value a person types. */
export const typing = z.strictObject({
  status: z.literal("waiting_for_user"),
  ...places,
  expiresAt: z.string().optional(),
});
export type Typing = z.infer<typeof typing>;

/** A longer difference is read on the page, not in a client's form. */
const MESSAGE_CHARS = 4_000;

export const isWaiting = (result: Result): result is Waiting =>
  result["status"] === "waiting_for_user" && typeof result["approvalId"] === "string";

/** Asks by the client's form, where there is one and the policy lets it. A no ends the call; no answer leaves it open. */
export async function askForApproval(
  { approvalId }: Waiting,
  { backend, person, signal }: ToolContext,
): Promise<"approved" | "unanswered" | "unasked"> {
  const { confirm } = person.client();
  if (confirm === undefined) return "unasked";
  const { approval } = await backend.call(approvals.get, { id: approvalId }, signal && { signal });
  const message = [`${approval.title}?`, ...approval.lines].join("\n");
  if (approval.policy !== "client" || message.length > MESSAGE_CHARS) return "unasked";
  const yes = await confirm(message, signal);
  if (yes === undefined) return "unanswered";
  const decision = yes ? "approve" : "decline";
  await backend.call(approvals.decide, { id: approvalId, digest: approval.digest, decision }, signal && { signal });
  if (!yes) throw new AppError("approval_declined");
  return "approved";
}

/** The answer that tells where the approval is given. Who left one question open is not asked to open a page as well. */
export async function tellWhere(
  waiting: Waiting,
  context: ToolContext,
  { isAsked }: { isAsked: boolean },
): Promise<Result> {
  const { backend, person, signal } = context;
  const { approvalId: id, expiresAt } = waiting;
  const makeToken = async () => (await backend.call(approvals.page, { id }, signal && { signal })).token;
  const message = isAsked ? undefined : "Approve or decline";
  const page = await openPage({ path: "/approve", makeToken, expiresAt, message }, context);
  return {
    ...waiting,
    ...page,
    command: person.command(["approve", id]),
    ...nextFor(person, isAsked ? "unanswered" : "approve"),
  };
}

/** Lets a person type a secret's value, on a page that takes it once or at a terminal. */
export async function letType(named: Named, context: ToolContext): Promise<z.input<typeof typing>> {
  const { backend, person, signal } = context;
  const status = "waiting_for_user" as const;
  if (!person.hasPages) return { status, command: person.command(setting(named)) };
  const { token, expiresAt, ...place } = await backend.call(secrets.request, named, signal && { signal });
  const message = `Type the value of ${place.name}`;
  const page = await openPage({ path: "/secret", makeToken: async () => token, expiresAt, message }, context);
  return { status, ...page, command: person.command(setting(place)), expiresAt, ...nextFor(person, "value") };
}

/** The same for the token of an account at a provider, which a person has just allowed. */
export async function letTypeCredential(
  provider: string,
  { token, expiresAt }: { token: string; expiresAt: string },
  context: ToolContext,
): Promise<z.input<typeof typing>> {
  const message = `Type the token of your ${provider} account`;
  const page = await openPage({ path: "/secret", makeToken: async () => token, expiresAt, message }, context);
  const command = context.person.command(["deploy", "connect", provider]);
  return { status: "waiting_for_user", ...page, command, expiresAt, ...nextFor(context.person, "credential") };
}

interface Page {
  path: "/approve" | "/secret";
  /** Called only where the page can be shown. */
  makeToken: () => Promise<string>;
  expiresAt: string;
  /** What the client says when it offers to open the page; without one it does not. */
  message: string | undefined;
}

async function openPage(
  { path, makeToken, expiresAt, message }: Page,
  { backend, person, signal }: ToolContext,
): Promise<{ page?: string }> {
  const base = person.hasPages ? await backend.pagesAt(Date.parse(expiresAt)) : undefined;
  if (base === undefined) return {};
  const page = `${base}${path}/${await makeToken()}`;
  if (message !== undefined) await person.client().open?.({ url: page, message }, signal);
  return { page };
}

type Named = Pick<ArgsOf<typeof secrets.request>, "name" | "agent" | "level">;

function setting({ name, agent, level }: Named): string[] {
  if (agent !== undefined) return ["secret", "set", name, "--agent", agent];
  return ["secret", "set", name, ...(level === undefined || level === "default" ? [] : ["--level", level])];
}

/** What waits for a person: a yes to one exact difference, or a value that only they know. */
import type { ArgsOf } from "@moorage/shared/contract";
import type { waiting as waitingContract } from "@moorage/shared/contracts/approvals";
import * as approvals from "@moorage/shared/contracts/approvals";
import * as secrets from "@moorage/shared/contracts/secrets";
import { AppError } from "@moorage/shared/errors";
import * as z from "zod";
import type { Result, ToolContext } from "../tool.ts";

type Waiting = z.output<typeof waitingContract>;

/** Where a person goes; one at a terminal is told the command alone. */
const places = { page: z.string().optional(), command: z.string() };

/** The answer of a tool whose value a person types. */
export const typing = z.strictObject({
  status: z.literal("waiting_for_user"),
  ...places,
  expiresAt: z.string().optional(),
});

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
  { backend, person, signal }: ToolContext,
  { isAsked }: { isAsked: boolean },
): Promise<Result> {
  const { approvalId: id, expiresAt } = waiting;
  const told = { ...waiting, command: person.command(["approve", id]) };
  const base = person.hasPages ? await backend.pagesAt(Date.parse(expiresAt)) : undefined;
  if (base === undefined) return told;
  const { token } = await backend.call(approvals.page, { id }, signal && { signal });
  const page = `${base}/approve/${token}`;
  if (!isAsked) await person.client().open?.({ url: page, message: "Approve or decline" }, signal);
  return { ...told, page };
}

/** Lets a person type a secret's value, on a page that takes it once or at a terminal. */
export async function letType(named: Named, { backend, person, signal }: ToolContext): Promise<z.input<typeof typing>> {
  const status = "waiting_for_user" as const;
  if (!person.hasPages) return { status, command: person.command(setting(named)) };
  const { token, expiresAt, ...place } = await backend.call(secrets.request, named, signal && { signal });
  const told = { status, command: person.command(setting(place)), expiresAt };
  const base = await backend.pagesAt(Date.parse(expiresAt));
  if (base === undefined) return told;
  const page = `${base}/secret/${token}`;
  await person.client().open?.({ url: page, message: `Type the value of ${place.name}` }, signal);
  return { ...told, page };
}

/** The same for the token of an account at a provider, which a person has just allowed. */
export async function letTypeCredential(
  provider: string,
  { token, expiresAt }: { token: string; expiresAt: string },
  { backend, person, signal }: ToolContext,
): Promise<z.input<typeof typing>> {
  const command = person.command(["deploy", "connect", provider]);
  const told = { status: "waiting_for_user" as const, command, expiresAt };
  const base = person.hasPages ? await backend.pagesAt(Date.parse(expiresAt)) : undefined;
  if (base === undefined) return told;
  const page = `${base}/secret/${token}`;
  await person.client().open?.({ url: page, message: `Type the token of your ${provider} account` }, signal);
  return { ...told, page };
}

type Named = Pick<ArgsOf<typeof secrets.request>, "name" | "agent" | "level">;

function setting({ name, agent, level }: Named): string[] {
  if (agent !== undefined) return ["secret", "set", name, "--agent", agent];
  return ["secret", "set", name, ...(level === undefined || level === "default" ? [] : ["--level", level])];
}

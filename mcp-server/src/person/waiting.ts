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

/** Asks by the client's form, where there is one and the policy lets it. A no ends the call; anything else leaves it open. */
export async function isApprovedNow(
  { approvalId }: Waiting,
  { backend, person, signal }: ToolContext,
): Promise<boolean> {
  const { confirm } = person.client();
  if (confirm === undefined) return false;
  const { approval } = await backend.call(approvals.get, { id: approvalId }, signal && { signal });
  const message = [`${approval.title}?`, ...approval.lines].join("\n");
  if (approval.policy !== "client" || message.length > MESSAGE_CHARS) return false;
  const yes = await confirm(message, signal);
  if (yes === undefined) return false;
  const decision = yes ? "approve" : "decline";
  await backend.call(approvals.decide, { id: approvalId, digest: approval.digest, decision });
  if (!yes) throw new AppError("approval_declined");
  return true;
}

/** The answer that tells where the approval is given. */
export async function tellWhere(waiting: Waiting, context: ToolContext): Promise<Result> {
  const { backend, person } = context;
  const { approvalId: id, expiresAt, ...rest } = waiting;
  const base = person.hasPages ? await backend.pagesAt(Date.parse(expiresAt)) : undefined;
  const token = base === undefined ? undefined : (await backend.call(approvals.page, { id })).token;
  const page = token === undefined ? undefined : await open(`${base}/approve/${token}`, "Approve or decline", context);
  return { ...rest, approvalId: id, ...page, command: person.command(["approve", id]), expiresAt };
}

/** Lets a person type a secret's value, on a page that takes it once or at a terminal. */
export async function letType(named: Named, context: ToolContext): Promise<z.input<typeof typing>> {
  const { backend, person, signal } = context;
  const status = "waiting_for_user";
  if (!person.hasPages) return { status, command: person.command(setting(named)) };
  const { token, expiresAt, ...place } = await backend.call(secrets.request, named, signal && { signal });
  const base = await backend.pagesAt(Date.parse(expiresAt));
  const url = base === undefined ? undefined : `${base}/secret/${token}`;
  const page = url === undefined ? undefined : await open(url, `Type the value of ${place.name}`, context);
  return { status, ...page, command: person.command(setting(place)), expiresAt };
}

type Named = Pick<ArgsOf<typeof secrets.request>, "name" | "agent" | "level">;

function setting({ name, agent, level }: Named): string[] {
  if (agent !== undefined) return ["secret", "set", name, "--agent", agent];
  return ["secret", "set", name, ...(level === undefined || level === "default" ? [] : ["--level", level])];
}

async function open(url: string, message: string, { person, signal }: ToolContext): Promise<{ page: string }> {
  await person.client().open?.({ url, message }, signal);
  return { page: url };
}

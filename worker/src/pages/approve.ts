/** The page on which a person says yes or no to one exact difference. */
import { type Approval, decide } from "@moorage/shared/contracts/approvals";
import { decideApproval, showApproval } from "@moorage/shared/contracts/pages";
import { AppError } from "@moorage/shared/errors";
import type { Context } from "hono";
import { html } from "hono/html";
import type { AppEnv } from "../env.ts";
import { openSession } from "../middleware/authenticate.ts";
import { callAs, formOf, show, within } from "./page.ts";

export async function showApprovalPage(c: Context<AppEnv>) {
  const { approval } = await callAs(c, c.get("session"), showApproval, {});
  if (approval.status !== "waiting") throw new AppError("approval_closed");
  return show(
    c,
    approval.title,
    html`<p>A program that uses Moorage asks for your approval:</p>
      <ul>${approval.lines.map((line) => html`<li>${line}</li>`)}</ul>
      <form method="post">
        <input type="hidden" name="digest" value="${approval.digest}" />
        ${approval.policy === "owner" ? keyField : ""}
        <div class="actions">
          <button class="quiet" name="decision" value="decline" formnovalidate>Decline</button>
          <button name="decision" value="approve">Approve</button>
        </div>
      </form>
      <p class="soft">Asked for with the key ${approval.requestedBy}. It can be given ${within(approval.expiresAt)}.</p>`,
  );
}

const keyField = html`<label for="key">Your key</label>
  <input id="key" name="key" type="password" required autocomplete="off" spellcheck="false" />
  <p class="soft">One with the scope “approve”, other than the one that asks.</p>`;

export async function takeDecision(c: Context<AppEnv>) {
  const form = formOf(c);
  const session = c.get("session");
  const args = { digest: form.get("digest"), decision: form.get("decision") };
  const checked = decideApproval.args.safeParse(args);
  if (!checked.success) throw new AppError("invalid_input", "The form did not arrive whole.");
  const key = form.get("key") ?? "";
  const { approval } =
    key === "" || checked.data.decision === "decline"
      ? await callAs(c, session, decideApproval, checked.data)
      : await decideAs(c, key.trim(), checked.data);
  const isApproved = approval.status === "approved";
  return show(
    c,
    isApproved ? "Approved" : "Declined",
    html`<p>${approval.title}</p>
      <p class="soft">${isApproved ? "The program can go ahead, once, with exactly this." : "Nothing will be done."}</p>`,
  );
}

/** As the person whose key was typed: what the page itself may not decide. */
async function decideAs(
  c: Context<AppEnv>,
  key: string,
  decision: Pick<Approval, "digest"> & { decision: "approve" | "decline" },
): Promise<{ approval: Approval }> {
  const page = await callAs(c, c.get("session"), showApproval, {});
  try {
    const person = await openSession(c, key, c.get("address"));
    return await callAs(c, person, decide, { id: page.approval.id, ...decision });
  } catch (error) {
    // A wrong key must not read as if the page were over.
    const isWrongKey = error instanceof AppError && ["unauthenticated", "not_found"].includes(error.code);
    throw isWrongKey ? new AppError("approval_refused") : error;
  }
}

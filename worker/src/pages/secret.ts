/** The page on which a person types a secret: it takes a value and never shows one. */
import { explainIssues } from "@moorage/shared/contract";
import { secret, submitSecret } from "@moorage/shared/contracts/pages";
import { AppError } from "@moorage/shared/errors";
import type { Context } from "hono";
import { html } from "hono/html";
import type { AppEnv } from "../env.ts";
import { callAs, formOf, show, within } from "./page.ts";

export async function showSecretPage(c: Context<AppEnv>) {
  const { name, level, agent, provider, version, expiresAt } = await callAs(c, c.get("session"), secret, {});
  const whose =
    provider !== undefined
      ? html`for servers at ${provider}, once it was tried there; no agent gets it`
      : level === "agent"
        ? html`for the agent <code>${agent}</code>`
        : level === "default"
          ? html`for every agent that has none of its own`
          : html`at the global level`;
  return show(
    c,
    provider === undefined ? `Type the value of ${name}` : `Type the token of your ${provider} account`,
    html`<p>It is kept ${whose}${version === undefined ? "." : `, in place of version ${version}.`}</p>
      <form method="post">
        <label for="value">Value</label>
        <textarea
          id="value"
          name="value"
          required
          autofocus
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
        ></textarea>
        <div class="actions"><button>Save</button></div>
      </form>
      <p class="soft">
        It is sealed at once, and no tool's answer ever holds it. This page works once, ${within(expiresAt)}.
      </p>`,
  );
}

export async function takeSecret(c: Context<AppEnv>) {
  const args = { value: asTyped(formOf(c).get("value") ?? "") };
  const checked = submitSecret.args.safeParse(args);
  if (!checked.success) throw new AppError("invalid_input", explainIssues(checked.error, args));
  const { name, version } = await callAs(c, c.get("session"), submitSecret, args);
  return show(
    c,
    "Saved",
    html`<p><code>${name}</code> is kept as version ${version}.</p>
      <p class="soft">You can close this window and go back to your conversation.</p>`,
  );
}

/** A browser sends lines with CRLF; and what ends a single line is the Enter key, not a part of the value. */
function asTyped(value: string): string {
  const lines = value.replaceAll("\r\n", "\n");
  return /^[^\n]*\n+$/.test(lines) ? lines.trimEnd() : lines;
}

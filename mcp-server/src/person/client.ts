/** Elicitation: what an MCP client asks a person in our name, never a secret. Only what it declared is asked of it. */
import { randomUUID } from "node:crypto";
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import * as z from "zod";
import type { Client } from "./person.ts";

/** A tool call that waits longer is given up by its client, and the person's answer with it. */
const ANSWER_MS = 45_000;

const answer = z.looseObject({
  action: z.enum(["accept", "decline", "cancel"]),
  content: z.looseObject({ approve: z.boolean() }).optional(),
});

const APPROVE = {
  type: "object",
  properties: { approve: { type: "boolean", title: "Approve", description: "Yes to exactly what is said above" } },
  required: ["approve"],
};

export function clientOf(server: Server, waitMs = ANSWER_MS): Client {
  const declared = server.getClientCapabilities()?.elicitation;
  // An answer in another form than was asked for, an error and none in time are all nobody's yes or no.
  const ask = (params: Record<string, unknown>, signal: AbortSignal | undefined) =>
    server
      .request({ method: "elicitation/create", params }, answer, { timeout: waitMs, ...(signal && { signal }) })
      .catch(() => undefined);
  return {
    // A client that names no mode means forms, which were there first.
    ...(declared !== undefined && (declared.form !== undefined || declared.url === undefined)
      ? {
          confirm: async (message, signal) => {
            const said = await ask({ mode: "form", message, requestedSchema: APPROVE }, signal);
            if (said?.action === "accept") return said.content?.approve;
            return said?.action === "decline" ? false : undefined;
          },
        }
      : {}),
    ...(declared?.url !== undefined
      ? {
          open: async ({ url, message }, signal) => {
            await ask({ mode: "url", message, url, elicitationId: randomUUID() }, signal);
          },
        }
      : {}),
  };
}

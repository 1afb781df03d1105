/** Which calls wait for a person's approval; the one table that the functions and the tools go by. */

/** Only the named case of a call needs it; a call of an import is announced by the program that runs it. */
export const APPROVALS = {
  secret_copy: { title: "Copy a secret to a wider level", when: "the copy reaches agents that the original does not" },
  secret_delete: { title: "Delete a secret", when: "always" },
  secret_import_copy: { title: "Import secrets from files", when: "always" },
  secret_import_cleanup: { title: "Remove imported secrets from files", when: "always" },
  deploy_create: { title: "Create a server", when: "always" },
  deploy_destroy: { title: "Destroy a server", when: "always" },
  deploy_connect: { title: "Connect a cloud account", when: "always" },
  deploy_disconnect: { title: "Disconnect a cloud account", when: "servers are there" },
  deploy_update: { title: "Change a deployment", when: "the image, secrets, URLs or channels change" },
} as const;

export type ApprovalKind = keyof typeof APPROVALS;
export const APPROVAL_KINDS = Object.keys(APPROVALS) as [ApprovalKind, ...ApprovalKind[]];

/** How long an approval can be given, and, once given, used. */
export const APPROVAL_MS = 15 * 60_000;

/** `client`: the key that asked may say yes, after its program asked a person. `owner`: only another key that has `approve`. */
export const POLICIES = ["client", "owner"] as const;
export type Policy = (typeof POLICIES)[number];

/** The skill that tells an agent how to use Moorage, in the agent-skills format. `skills/moorage/SKILL.md` is this text. */
import { CHAPTERS } from "./guidance.ts";

export const SKILL_NAME = "moorage";

const DESCRIPTION =
  "Memory across sessions, secrets and agent servers by the tools of the MCP server moorage (memory_*, secret_*, " +
  "deploy_*, status_*). Use at the start of a session, when the user says something worth keeping or asks what was " +
  "said before, when a credential is needed, and when a server is to be set up or looked at.";

const BRIDGE = `## Without MCP of your own

\`mcporter\` calls the same tools from a shell. Look first whether it is there and knows the server:

\`\`\`sh
mcporter list moorage
\`\`\`

If the command is missing, \`npm install -g mcporter\`; if the server is, the user runs \`npx moorage init --client mcporter\`.
Then each tool is a call, with its fields as arguments:

\`\`\`sh
mcporter call moorage.memory_context
mcporter call moorage.memory_search query="what did we decide about the database"
mcporter call moorage.memory_add type=decision content="Backups go to the Falkenstein box, since 2026-11-02."
\`\`\`

When a call fails, its answer says why and what to do next; \`npx moorage doctor\` looks at everything.
`;

export function skillText(): string {
  const chapters = CHAPTERS.map(
    ({ title, advice }) => `## ${title}\n\n${advice.map(({ full }) => `- ${full}`).join("\n")}\n`,
  );
  return [`---\nname: ${SKILL_NAME}\ndescription: ${DESCRIPTION}\n---\n\n# Moorage\n`, ...chapters, BRIDGE].join("\n");
}

/** The first phase: reads the files and says what would go where, and about which names they disagree. Changes nothing. */
import { list } from "@moorage/shared/contracts/secrets";
import { AppError } from "@moorage/shared/errors";
import { parseSecretName } from "@moorage/shared/secret-name";
import { pagesOf } from "../backend/pages.ts";
import { groupBy } from "../group.ts";
import { shown } from "./files.ts";
import type { ImportContext } from "./import-context.ts";
import { createPlan, type Plan, type Planned, savePlan } from "./plan.ts";
import { readSources, type Sources, type Statement } from "./sources.ts";
import { describeLeft } from "./verify.ts";

/** What an answer can show, and a person look over. */
const MAX_SECRETS = 300;

export async function makePlan(paths: readonly string[], context: ImportContext) {
  if (paths.length === 0) throw new AppError("invalid_input", 'paths: is required in the phase "plan"');
  const agents = await knownAgents(context);
  const sources = await readSources(paths, (variable) => parseSecretName(variable, agents), context);
  const secrets = [...groupBy(sources.statements, ({ assignment }) => assignment.name)].map(toPlanned);
  if (secrets.length > MAX_SECRETS)
    throw new AppError(
      "too_large",
      `paths: the files hold ${secrets.length} names, and one import takes ${MAX_SECRETS}`,
      {
        hint: "Import the files in several imports.",
      },
    );
  const plan = createPlan(
    sources.files.map(({ path }) => path),
    secrets,
  );
  savePlan(plan, context.reach);
  return describePlan(plan, sources, context);
}

function toPlanned([variable, statements]: [string, Statement[]]): Planned {
  const last = new Map(statements.map((statement) => [statement.file.path, statement]));
  const [{ place, version }] = statements as [Statement];
  const { name, level, agent } = place;
  const isNew = [...last.values()].some(({ kept }) => kept === "other");
  return {
    variable,
    place: { name, level, ...(agent === undefined ? {} : { agent }) },
    ...(isNew && version !== undefined ? { replaces: version } : {}),
    found: [...last].map(([file, { digest }]) => ({ file, digest })),
  };
}

/** Whose names may stand in the files: agents with underscores are told apart by them. */
async function knownAgents({ backend, signal }: ImportContext): Promise<string[]> {
  const agents = new Set<string>();
  try {
    for await (const page of pagesOf(backend, list, {}, signal && { signal })) {
      for (const { agent } of page.secrets) if (agent !== undefined) agents.add(agent);
    }
  } catch (error) {
    // A key may write secrets and yet not list them: to it, an agent's name ends at the first underscore.
    if (!(error instanceof AppError && error.code === "missing_scope")) throw error;
  }
  return [...agents];
}

/** The plan as its answer shows it. */
function describePlan({ id, secrets }: Plan, { statements, left }: Sources, context: ImportContext) {
  return {
    plan: id,
    secrets: secrets.map(({ variable, place, found }) => {
      const files = found.map(({ file, digest }) => ({ file: shown(file, context.reach.cwd), digest }));
      const isStored = statements.every(({ assignment, kept }) => assignment.name !== variable || kept === "same");
      return {
        variable,
        ...place,
        files: files.map(({ file }) => file),
        ...(new Set(files.map(({ digest }) => digest)).size > 1 ? { disagree: files } : {}),
        ...(isStored ? { stored: true as const } : {}),
      };
    }),
    left: describeLeft(left, context),
  };
}

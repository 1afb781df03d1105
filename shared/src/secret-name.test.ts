import { expect, it } from "vitest";
import { secretNameProblem } from "./secret-name.ts";

it.each(["MOORAGE_API_KEY", "moorage_api_key", "CONVEX_DEPLOY_KEY", "AGENT_cook_MOORAGE_API_KEY"])(
  "%s is no name of a secret",
  (name) => expect(secretNameProblem(name)).toMatch(/^(MOORAGE_API_KEY is|CONVEX_DEPLOY_KEY rules) /),
);

it.each(["API_KEY", "MOORAGE_API_KEY_OF_TESTS", "STAGING_CONVEX_DEPLOY_KEY", "AGENT_TIMEOUT_SECONDS"])(
  "%s is one",
  (name) => expect(secretNameProblem(name)).toBeUndefined(),
);

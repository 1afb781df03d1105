/** Names of the fleet, while a person types one. */
import * as deploy from "@moorage/shared/contracts/deploy";
import { PROVIDERS } from "@moorage/shared/deployment";
import type { Complete } from "./completion.ts";

export const deploymentNames: Complete = async ({ value, backend, signal }) => {
  const { deployments, cursor } = await backend.call(deploy.list, {}, { signal });
  const values = deployments.map(({ name }) => name).filter((name) => name.startsWith(value));
  return { values, more: cursor !== undefined };
};

export const providers: Complete = async ({ value }) => ({
  values: PROVIDERS.filter((provider) => provider.startsWith(value)),
  more: false,
});

import * as deploy from "@moorage/shared/contracts/deploy";
import { defineTool, elsewhere, reads } from "../../tool.ts";

export default defineTool({
  name: "deploy_catalog",
  title: "Providers, regions, sizes, prices",
  description:
    "Providers of servers. Without provider: what each still needs. With one: its regions, sizes and prices now.",
  contract: deploy.catalog,
  annotations: elsewhere(reads),
});

import * as deploy from "@moorage/shared/contracts/deploy";
import * as z from "zod";
import { letTypeCredential, typing } from "../../person/waiting.ts";
import { adds, defineTool, elsewhere } from "../../tool.ts";

const waiting = deploy.connect.result.options[1];

/** The credential goes from the person to the store; neither the model nor this program sees it. */
export default defineTool({
  name: "deploy_connect",
  title: "Connect an account at a provider",
  description:
    "Connect an account at a provider. The user approves; then call it again for the page or command where they type its token.",
  input: deploy.connect.args,
  output: z.union([waiting, typing]),
  calls: [deploy.connect],
  annotations: elsewhere(adds),
  handler: async ({ provider }, context) => {
    const { backend, signal } = context;
    const answer = await backend.call(deploy.connect, { provider }, signal && { signal });
    return answer.status === "page" ? letTypeCredential(provider, answer, context) : answer;
  },
});

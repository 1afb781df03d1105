import * as embeddings from "@moorage/shared/contracts/embeddings";
import { secretNameProblem } from "@moorage/shared/secret-name";
import { SettingError } from "../../../setting-error.ts";
import { printLines } from "../../../terminal/print.ts";
import { readWords, type Words } from "../../../terminal/words.ts";
import type { Verb } from "../../../verb.ts";

const verb: Verb = {
  usage: `moorage memory embeddings set --url URL --model NAME [--secret NAME] [--dimensions N]

Lets search find what is meant besides what is said. Every memory and every question goes to this address, which is
tried first. It has to be public and https; with a database on this machine it may be this machine, too.

  --url URL         an OpenAI-compatible service, such as https://api.openai.com/v1
  --model NAME      as the service calls it, such as text-embedding-3-small
  --secret NAME     the secret that holds the service's key, shared by all agents (moorage secret set NAME)
  --dimensions N    ask for vectors of this length, where the model can (512 are kept)`,

  async run(given, context) {
    const flags = { url: "value", model: "value", secret: "value", dimensions: "value" } as const;
    const words = readWords("memory embeddings set", given, flags);
    const { embeddings: set } = await context.backend.call(embeddings.set, readSettings(words));
    printLines(context.stdout, [
      `Set: ${set.model} at ${set.url}. Memories get their meaning now; moorage memory embeddings status tells how far it is.`,
    ]);
    return 0;
  },
};
export default verb;

function readSettings(words: Words) {
  const [url, model] = [words.get("url"), words.get("model")];
  if (url === undefined || model === undefined) throw new SettingError("say the service: --url URL and --model NAME");
  const [secret, dimensions] = [words.get("secret"), words.get("dimensions")];
  const problem = secret === undefined ? undefined : secretNameProblem(secret);
  if (problem !== undefined) throw new SettingError(`--secret ${problem}`);
  if (dimensions !== undefined && !/^\d{1,4}$/.test(dimensions))
    throw new SettingError("--dimensions must be a number");
  return {
    url,
    model,
    ...(secret === undefined ? {} : { secret }),
    ...(dimensions === undefined ? {} : { dimensions: Number(dimensions) }),
  };
}

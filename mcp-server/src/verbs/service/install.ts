import { thisPlace } from "../../clients/place.ts";
import { ownServer } from "../../clients/server.ts";
import type { Target } from "../../config.ts";
import { findProfile } from "../../profiles.ts";
import { defineService } from "../../service/definition.ts";
import { installService } from "../../service/manage.ts";
import { SettingError } from "../../setting-error.ts";
import { printLines } from "../../terminal/print.ts";
import { readWords } from "../../terminal/words.ts";
import type { Verb } from "../../verb.ts";
import { readListenAddress } from "../serve.ts";

const FLAGS = { listen: "value", print: "switch" } as const;

const verb: Verb = {
  usage: `moorage service install [options]

  --listen ADDR   also let servers report in at this address, as moorage serve --listen does
  --print         show the file and change nothing

Runs \`moorage serve\` for you whenever you are logged in, so that jobs run while no MCP client is open.`,

  async run(given, context) {
    const words = readWords("service install", given, FLAGS);
    const listen = words.get("listen");
    if (listen !== undefined) readListenAddress(listen);
    if (isElsewhere(context.target)) {
      throw new SettingError(
        "a Moorage elsewhere runs by itself; leave out --profile and MOORAGE_URL to serve this one",
      );
    }
    const serve = ["serve", ...(listen === undefined ? [] : ["--listen", listen])];
    const server = ownServer(context, serve);
    const publicUrl = context.env["MOORAGE_PUBLIC_URL"]?.trim();
    const env = publicUrl ? { ...server.env, MOORAGE_PUBLIC_URL: publicUrl } : server.env;
    const place = thisPlace(context.env);
    const service = defineService({ ...server, env }, place);
    if (words.has("print")) {
      context.stdout.write(service.text);
      return 0;
    }
    await installService(service, place);
    printLines(context.stdout, [`${service.path} is written, and it runs.`, service.note]);
    return 0;
  },
};
export default verb;

function isElsewhere(target: Target): boolean {
  if (target.kind !== "profile") return target.kind === "remote";
  const profile = findProfile(target);
  if (profile !== undefined) return profile.address !== undefined;
  throw new SettingError(`there is no profile "${target.name}", without which the service would not start`);
}

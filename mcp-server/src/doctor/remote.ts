/** A Moorage elsewhere: is it there, is it the same release, do the clocks agree. */
import { version } from "../published.static.ts";
import { quote } from "../shell.ts";
import { broken, type Finding, ok, type Remedy, warning } from "./finding.ts";

const ANSWER_MS = 10_000;
/** Tokens live five minutes, and days of logs and expiries go by the clock. */
const SKEW_MS = 60_000;
const BAD_SKEW_MS = 5 * 60_000;

export async function inspectAddress(address: string, now = () => Date.now()): Promise<Finding[]> {
  const health = `${address.replace(/\/$/, "")}/health`;
  const again = `curl -i ${quote(health)}`;
  let response: Response;
  try {
    response = await fetch(health, { redirect: "manual", signal: AbortSignal.timeout(ANSWER_MS) });
  } catch {
    return [broken("door", `${address} does not answer.`, again)];
  }
  const told = (await response.json().catch(() => undefined)) as { ok?: boolean; version?: string } | undefined;
  if (told?.ok !== true) return [broken("door", `${address} answers, but not as Moorage does.`, again)];
  return [
    told.version === version
      ? ok("door", `${address} answers; it is Moorage ${version} as this one.`)
      : warning("door", `${address} is Moorage ${told.version}, and this is ${version}.`, update(told.version)),
    clock(address, response.headers.get("date"), now()),
  ];
}

/** Of the one that is behind. What an address says of itself is in a command only where it is a version. */
function update(there = ""): Remedy {
  const isVersion = /^\d+\.\d+\.\d+$/.test(there);
  const isBehind = isVersion && there.localeCompare(version, "en", { numeric: true }) > 0;
  return isBehind ? `npm install -g moorage@${there}` : ["up"];
}

const SETTERS: Partial<Record<NodeJS.Platform, string>> = {
  darwin: "sudo sntp -sS time.apple.com",
  win32: "w32tm /resync",
};
const SET = SETTERS[process.platform] ?? "sudo timedatectl set-ntp true";

function clock(address: string, date: string | null, now: number): Finding {
  const there = Date.parse(date ?? "");
  if (Number.isNaN(there)) {
    return warning("clock", `${address} does not tell its time, so it is open whether the clocks agree.`, SET);
  }
  // The header is to the second, and the answer took a moment.
  const skew = now - there;
  const said = `This machine's clock is ${Math.round(Math.abs(skew) / 1000)} s ${skew > 0 ? "ahead" : "behind"}.`;
  if (Math.abs(skew) >= BAD_SKEW_MS) return broken("clock", said, SET);
  if (Math.abs(skew) >= SKEW_MS) return warning("clock", said, SET);
  return ok("clock", "The clocks agree.");
}

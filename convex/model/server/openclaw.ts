/** OpenClaw's configuration for a deployment. No value of a secret is in it: each is a reference that is resolved on the server. */
import type { Configuration } from "@moorage/shared/contracts/deploy";
import { GATEWAY_PORT, RESOLVER } from "./places.ts";

const HOME = "/home/node/.openclaw";

/** A place in the configuration for a secret of this name. */
const CHANNEL_SECRETS: Record<string, Record<string, string>> = {
  telegram: { botToken: "TELEGRAM_BOT_TOKEN" },
  discord: { token: "DISCORD_BOT_TOKEN" },
  slack: { botToken: "SLACK_BOT_TOKEN", appToken: "SLACK_APP_TOKEN" },
};

const MODEL_PROVIDERS: Record<string, { secret: string; baseUrl: string; api: string }> = {
  openai: { secret: "OPENAI_API_KEY", baseUrl: "https://api.openai.com/v1", api: "openai-responses" },
  anthropic: { secret: "ANTHROPIC_API_KEY", baseUrl: "https://api.anthropic.com", api: "anthropic-messages" },
};

export function openclawConfig({ secrets, urls, channels, model }: Configuration): object {
  const reference = (id: string) => ({ source: "exec", provider: "moorage", id });
  const has = (name: string) => secrets.includes(name);
  const [origin] = urls;
  return {
    gateway: {
      mode: "local",
      bind: "lan",
      port: GATEWAY_PORT,
      ...(origin === undefined ? {} : { publicOrigin: origin }),
      auth: {
        mode: "token",
        token: { source: "env", provider: "default", id: "OPENCLAW_GATEWAY_TOKEN" },
        rateLimit: { maxAttempts: 10, windowMs: 60_000, lockoutMs: 300_000 },
      },
      ...(urls.length === 0 ? {} : { controlUi: { allowedOrigins: urls } }),
      terminal: { enabled: false },
      nodes: { pairing: { autoApproveLocal: false } },
    },
    discovery: { mdns: { mode: "off" } },
    session: { dmScope: "per-channel-peer" },
    agents: {
      defaults: { workspace: `${HOME}/workspace`, ...(model === undefined ? {} : { model: { primary: model } }) },
    },
    tools: { fs: { workspaceOnly: true }, elevated: { enabled: false } },
    secrets: { providers: { moorage: { source: "exec", command: RESOLVER } } },
    ...providersFor(model, has, reference),
    ...(channels.length === 0
      ? {}
      : { channels: Object.fromEntries(channels.map((name) => [name, channelFor(name, has, reference)])) }),
  };
}

type Has = (name: string) => boolean;
type Reference = (id: string) => object;

function channelFor(name: string, has: Has, reference: Reference): object {
  const fields = Object.entries(CHANNEL_SECRETS[name] ?? {}).filter(([, secret]) => has(secret));
  return { enabled: true, ...Object.fromEntries(fields.map(([field, secret]) => [field, reference(secret)])) };
}

/** `openai/gpt-5`: of whom the model is, and its name there. */
function providersFor(model: string | undefined, has: Has, reference: Reference): object {
  const [name, ...rest] = (model ?? "").split("/");
  const provider = MODEL_PROVIDERS[name ?? ""];
  if (provider === undefined || !has(provider.secret)) return {};
  const id = rest.join("/");
  const { baseUrl, api, secret } = provider;
  return {
    models: { providers: { [name!]: { baseUrl, api, apiKey: reference(secret), models: [{ id, name: id }] } } },
  };
}

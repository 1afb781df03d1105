/**
 * How secrets look that say what they are: prefixes that their makers chose so that scanners find them. The formats are
 * those of secretlint's recommended rules (a test holds this table to them) and of what Moorage's users have besides.
 * Secretlint itself does not run here: it needs node's `path`, and takes orders from comments in the scanned text.
 */
export interface Format {
  /** For the message: "holds an AWS access key". */
  readonly kind: string;
  /** One of these is in every match: looking for them costs little, the pattern runs only when one is there. */
  readonly marks: readonly string[];
  /** Begins and ends where the secret does. Linear: every repetition has a bound, or a character class the next lacks. */
  readonly pattern: RegExp;
}

/** The bare token: `body` is what follows one of the prefixes, and neither side goes on as a longer word. */
function token(kind: string, prefixes: readonly string[], body: string): Format {
  const starts = prefixes.map((prefix) => prefix.replaceAll(/[.|]/g, "\\$&")).join("|");
  return { kind, marks: prefixes, pattern: new RegExp(`(?<![A-Za-z0-9])(?:${starts})${body}(?![A-Za-z0-9])`, "g") };
}

const word = (length: string) => `[A-Za-z0-9]{${length}}`;
const wordDash = (length: string) => `[A-Za-z0-9_-]{${length}}`;
const hex = (length: string) => `[A-Fa-f0-9]{${length}}`;

export const FORMATS: readonly Format[] = [
  token("an AWS access key", ["AKIA", "ASIA"], "[A-Z0-9]{16}"),
  {
    kind: "an AWS secret access key",
    marks: ["ccess"],
    pattern: /secret_?access_?key["']?\s{0,4}[=:]\s{0,4}["']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/gi,
  },
  {
    kind: "a private key",
    marks: ["PRIVATE KEY"],
    pattern: /-----BEGIN [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----END)[\s\S]){0,200}?[A-Za-z0-9+/]{40}/g,
  },
  {
    kind: "a private key",
    marks: ["PuTTY-User-Key-File-"],
    pattern: /PuTTY-User-Key-File-[0-9]:[\s\S]{0,4000}?Private-Lines:[ \t]{0,4}[0-9]{1,3}\s{1,4}[A-Za-z0-9+/]{40}/g,
  },
  { kind: "an age key", marks: ["AGE-SECRET-KEY-1"], pattern: /AGE-SECRET-KEY-1[0-9A-Z]{58}/g },
  {
    kind: "a web token (JWT)",
    marks: ["eyJ"],
    pattern: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,4000}\.eyJ[A-Za-z0-9_-]{10,8000}\.[A-Za-z0-9_-]{20,}/g,
  },
  token("a Moorage API key", ["moor_"], `${word("16")}_${word("49")}`),
  {
    kind: "a Convex deploy key",
    marks: ["|"],
    pattern: /(?<![a-z])(?:prod|dev|preview|project):[a-z0-9:-]{3,80}\|[A-Za-z0-9+/=_-]{40,}/g,
  },
  token("a GitHub token", ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], "[A-Za-z0-9_]{36,255}"),
  token("a GitHub token", ["ghs_"], "[0-9]{1,20}_[A-Za-z0-9_.-]{36,4000}"),
  token("a GitHub token", ["github_pat_"], "[A-Za-z0-9_]{82}"),
  token("a GitLab token", ["glpat-", "gldt-", "glrt-", "glptt-", "glsoat-", "glcbt-"], "[A-Za-z0-9_.-]{20,300}"),
  token(
    "a Slack token",
    ["xoxb-", "xoxp-", "xapp-", "xoxa-", "xoxo-", "xoxr-", "xoxs-"],
    "(?:[A-Za-z0-9]{1,40}-){1,8}[A-Za-z0-9]{6,80}",
  ),
  token("a Slack webhook", ["hooks.slack.com/services/"], "[A-Za-z0-9]{1,40}/[A-Za-z0-9]{1,40}/[A-Za-z0-9]{1,40}"),
  token("an Anthropic key", ["sk-ant-"], `(?:api|admin|oat|sid)[0-9]{2}-${wordDash("80,140")}`),
  token("an OpenAI key", ["sk-proj-", "sk-svcacct-", "sk-admin-"], wordDash("40,200")),
  { kind: "an OpenAI key", marks: ["T3BlbkFJ"], pattern: /(?<![A-Za-z0-9])sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}/g },
  // DeepSeek, Moonshot and others after OpenAI's example.
  token("an API key", ["sk-"], word("32,64")),
  token("an OpenRouter key", ["sk-or-v1-"], hex("64")),
  token("a Groq key", ["gsk_"], word("52")),
  token("an xAI key", ["xai-"], word("80")),
  token("a Hugging Face token", ["hf_"], "[A-Za-z]{34}"),
  token("a Replicate token", ["r8_"], word("37")),
  token("a Stripe key", ["sk_live_", "sk_test_", "rk_live_", "rk_test_"], word("24,255")),
  token("a webhook's signing secret", ["whsec_"], "[A-Za-z0-9+/]{32,}={0,2}"),
  token("a Google API key", ["AIza"], wordDash("35")),
  token("a Google OAuth secret", ["GOCSPX-"], wordDash("28")),
  token("a Google access token", ["ya29."], wordDash("40,2000")),
  token("an npm token", ["npm_"], word("36")),
  token("a PyPI token", ["pypi-"], wordDash("80,400")),
  token("a SendGrid key", ["SG."], "[A-Za-z0-9_-]{16,64}\\.[A-Za-z0-9_-]{16,128}"),
  token("a Mailgun key", ["key-"], "[0-9a-f]{32}"),
  token("a DigitalOcean token", ["dop_v1_", "doo_v1_", "dor_v1_"], hex("64")),
  token("a Cloudflare token", ["cfk_", "cfut_", "cfat_"], `${word("40")}[0-9a-f]{8}`),
  token("a Vercel token", ["vcp_", "vci_", "vca_", "vcr_", "vck_"], word("20,60")),
  token("a Supabase token", ["sbp_"], hex("40")),
  token("a Supabase key", ["sb_secret_"], wordDash("20,64")),
  token("a Databricks token", ["dapi"], `${hex("32")}(?:-[0-9])?`),
  token("a Docker token", ["dckr_pat_"], wordDash("27")),
  token("a Tailscale key", ["tskey-"], "[a-z]{2,20}-[A-Za-z0-9]{8,40}-[A-Za-z0-9]{16,60}"),
  token("a Vault token", ["hvs.", "hvb.", "hvr."], wordDash("90,300")),
  token("a 1Password token", ["ops_ey"], "[A-Za-z0-9+/=]{100,1280}"),
  token("a Grafana token", ["glc_"], "[A-Za-z0-9+/]{32,400}={0,2}"),
  token("a Grafana token", ["glsa_"], `${word("32")}_${hex("8")}`),
  token("a Shopify token", ["shpat_", "shpca_", "shppa_", "shpss_"], word("32,64")),
  token("a Linear key", ["lin_api_"], "[A-Za-z0-9_]{32,128}"),
  token("a Notion token", ["ntn_"], word("46")),
  token("a Figma token", ["figd_"], wordDash("40,200")),
  {
    kind: "a Telegram bot's token",
    marks: [":AA"],
    pattern: /(?<![A-Za-z0-9])[0-9]{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9])/g,
  },
  {
    kind: "a Discord bot's token",
    marks: ["."],
    pattern: /(?<![A-Za-z0-9_-])[MNO][A-Za-z0-9_-]{23,25}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}(?![A-Za-z0-9_-])/g,
  },
  token(
    "a Discord webhook",
    ["discord.com/api/webhooks/", "discordapp.com/api/webhooks/"],
    "[0-9]{15,25}/[A-Za-z0-9_-]{60,90}",
  ),
];

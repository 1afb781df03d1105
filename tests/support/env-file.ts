/** The `.env` of somebody who has had it for years: 40 lines with everything that such files hold. */

/** What belongs into the store, by variable. */
export const MOVED: Readonly<Record<string, string>> = {
  DATABASE_URL: "postgres://app:s3cret-word@db.internal:5432/app?sslmode=require",
  AGENT_DEFAULT_OPENAI_API_KEY: "openai-key-of-all",
  AGENT_cook_OPENAI_API_KEY: "openai-key-of-the-cook",
  AGENT_night_watch_TOKEN: "token-of-the-night-watch",
  SIGNING_KEY: "-----BEGIN KEY-----\nMIIBVgIBADANBgkqhkiG\n9w0BAQEFAASCAT8wggE7\n-----END KEY-----",
  SERVICE_ACCOUNT: '{\n  "type": "service_account",\n  "key": "a#b"\n}',
  GREETING: 'it\'s a "quoted" word',
  WRITTEN_OUT: "line one\nline two",
  SPACED: "two words",
  SMTP_PASSWORD: "p=ss word#1",
  TWICE: "the later one",
  WEBHOOK_SECRET: "hook-secret-value",
  UNICODE: "Schlüssel-ключ-鍵",
  LAST: "without a line break",
};

/** Statements that stay, with the word that their reason must hold. */
export const STAYING: Readonly<Record<string, string>> = {
  MOORAGE_API_KEY: "opens this store",
  CONVEX_DEPLOY_KEY: "rules the deployment",
  EMPTY: "empty",
  FULL_URL: "refers",
  AMBIGUOUS: "quotes",
  WINDOWS_PATH: "backslashes",
};

export const TEXT = `\ufeff# Production. Ask Ada before you change anything.\r
\r
DATABASE_URL=${MOVED["DATABASE_URL"]}\r
export AGENT_DEFAULT_OPENAI_API_KEY=${MOVED["AGENT_DEFAULT_OPENAI_API_KEY"]} # everybody's\r
AGENT_cook_OPENAI_API_KEY='${MOVED["AGENT_cook_OPENAI_API_KEY"]}'\r
AGENT_night_watch_TOKEN=${MOVED["AGENT_night_watch_TOKEN"]}\r
\r
# --- keys ---\r
SIGNING_KEY="-----BEGIN KEY-----\r
MIIBVgIBADANBgkqhkiG\r
9w0BAQEFAASCAT8wggE7\r
-----END KEY-----"\r
SERVICE_ACCOUNT='{\r
  "type": "service_account",\r
  "key": "a#b"\r
}' # from the console\r
\r
GREETING=\`${MOVED["GREETING"]}\`\r
WRITTEN_OUT="line one\\nline two"\r
SPACED=two words   \r
SMTP_PASSWORD="${MOVED["SMTP_PASSWORD"]}"\r
\r
# Which of these is right?\r
TWICE=the earlier one\r
TWICE=the later one\r
\r
MOORAGE_API_KEY=moor_stays\r
CONVEX_DEPLOY_KEY="prod:stays"\r
EMPTY=\r
FULL_URL="https://\x24{HOST}/path"\r
AMBIGUOUS=half#comment\r
WINDOWS_PATH="C:\\\\temp"\r
\r
source ./more.sh\r
  # indented\r
\r
WEBHOOK_SECRET = ${MOVED["WEBHOOK_SECRET"]}\r
UNICODE=${MOVED["UNICODE"]}\r
# end\r
LAST=${MOVED["LAST"]}`;

/** The same after everything that belongs into the store has gone there, and out of it unless another value would count. */
export const CLEANED = `\ufeff# Production. Ask Ada before you change anything.\r
\r
# everybody's\r
\r
# --- keys ---\r
# from the console\r
\r
\r
# Which of these is right?\r
TWICE=the earlier one\r
TWICE=the later one\r
\r
MOORAGE_API_KEY=moor_stays\r
CONVEX_DEPLOY_KEY="prod:stays"\r
EMPTY=\r
FULL_URL="https://\x24{HOST}/path"\r
AMBIGUOUS=half#comment\r
WINDOWS_PATH="C:\\\\temp"\r
\r
source ./more.sh\r
  # indented\r
\r
# end\r
`;

/** Secrets in their makers' forms, put together here so that no scanner of repositories finds one in this file. */
import { createHash, generateKeyPairSync, randomUUID } from "node:crypto";
import { createApiKey } from "@moorage/shared/api-key";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LETTERS_DIGITS = `${LETTERS}${LETTERS.toLowerCase()}0123456789`;

/** The same on every run: characters picked by a hash of their place. */
function random(length: number, alphabet = LETTERS_DIGITS): string {
  const pick = (i: number) => createHash("sha256").update(`${alphabet} ${length} ${i}`).digest().readUInt32BE();
  return Array.from({ length }, (_, i) => alphabet[pick(i) % alphabet.length]).join("");
}
const hex = (length: number) => random(length, "0123456789abcdef");
const jwtPart = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const pem = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
}).privateKey;

const fullWidth = (letter: string) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0);

const SEED_WORDS = "anchor breeze cradle dolphin ember fossil garlic harvest ivory jungle kitten lumber".split(" ");

type Named = readonly [what: string, text: string];

/** Found by secretlint's recommended rules, too. */
export const PUBLISHED: readonly Named[] = [
  ["an AWS secret access key", `aws_secret_access_key = ${random(40)}`],
  ["a private key", pem],
  ["a private key", JSON.stringify({ type: "service_account", private_key: pem })],
  ["a GitHub token", `ghp_${random(36)}`],
  ["a GitHub token", `github_pat_${random(22)}_${random(59)}`],
  ["a GitLab token", `glpat-${random(20)}`],
  ["a Slack token", `xoxb-${random(12, "0123456789")}-${random(12, "0123456789")}-${random(24)}`],
  ["a Slack webhook", `https://hooks.slack.com/services/T${random(8)}/B${random(8)}/${random(24)}`],
  ["an Anthropic key", `sk-ant-api03-${random(93)}AA`],
  ["an OpenAI key", `sk-proj-${random(74)}T3BlbkFJ${random(74)}`],
  ["an OpenAI key", `sk-${random(20)}T3BlbkFJ${random(20)}`],
  ["a Groq key", `gsk_${random(52)}`],
  ["a Hugging Face token", `hf_${random(34, LETTERS)}`],
  ["a Stripe key", `sk_live_${random(24)}`],
  ["an npm token", `npm_${random(36)}`],
  ["a SendGrid key", `SG.${random(22)}.${random(43)}`],
  ["a Cloudflare token", `cfut_${random(40)}${hex(8)}`],
  ["a Vercel token", `vcp_${random(56)}`],
  ["a Databricks token", `dapi${hex(32)}`],
  ["a Docker token", `dckr_pat_${random(27)}`],
  ["a Tailscale key", `tskey-auth-${random(17)}-${random(32)}`],
  ["a Vault token", `hvs.${random(95)}`],
  ["a Grafana token", `glsa_${random(32)}_${hex(8)}`],
  ["a Grafana token", `glc_${random(120)}`],
  ["a Shopify token", `shpat_${hex(32)}`],
  ["a Linear key", `lin_api_${random(40)}`],
  ["a Notion token", `ntn_${random(11, "0123456789")}${random(35)}`],
  ["a Figma token", `figd_${random(40)}`],
  ["a password in an address", `postgres://app:${random(12)}@db.internal:5432/app`],
  ["a password in an address", `https://deploy:${random(12)}@registry.example.com/`],
];

export const SECRETS: readonly Named[] = [
  ...PUBLISHED,
  ["an AWS access key", `AKIA${random(16, `${LETTERS}234567`)}`],
  ["an age key", `AGE-SECRET-KEY-1${random(58, LETTERS)}`],
  ["a web token (JWT)", `${jwtPart({ alg: "HS256" })}.${jwtPart({ sub: randomUUID() })}.${random(43)}`],
  ["a Moorage API key", createApiKey().text],
  ["a Convex deploy key", `prod:happy-otter-123|${random(60)}`],
  ["an API key", `sk-${hex(32)}`],
  ["an API key", `sk-${random(48)}`],
  ["an OpenRouter key", `sk-or-v1-${hex(64)}`],
  ["an xAI key", `xai-${random(80)}`],
  ["a Replicate token", `r8_${random(37)}`],
  ["a webhook's signing secret", `whsec_${random(32)}`],
  ["a Google API key", `AIza${random(35)}`],
  ["a Google OAuth secret", `GOCSPX-${random(28)}`],
  ["a Google access token", `ya29.${random(120)}`],
  ["a PyPI token", `pypi-AgEIcHlwaS5vcmc${random(120)}`],
  ["a Mailgun key", `key-${hex(32)}`],
  ["a DigitalOcean token", `dop_v1_${hex(64)}`],
  ["a Supabase token", `sbp_${hex(40)}`],
  ["a Supabase key", `sb_secret_${random(31)}`],
  ["a 1Password token", `ops_ey${random(200)}`],
  ["a Telegram bot's token", `${random(10, "123456789")}:AA${random(33)}`],
  ["a Discord bot's token", `M${random(23)}.${random(6)}.${random(27)}`],
  ["a Discord webhook", `https://discord.com/api/webhooks/${random(18, "123456789")}/${random(68)}`],
  ["a password in an address", `redis://:${random(20)}@10.0.0.4:6379`],
  ["a variable with a secret's value", `export BILLING_API_KEY="${random(40)}"`],
  ["a variable with a secret's value", `We set BILLING_API_KEY=${random(32)} on the host.`],
  ["a variable with a secret's value", `{"client_secret": "${random(40)}"}`],
  ["a variable with a secret's value", `api_key = ${random(32)}`],
  ["a password for a request", `Authorization: Basic ${btoa(`deploy:${random(16)}`)}`],
  ["a variable with a secret's value", `DB_PASS=${random(20)}`],
  ["a bearer token", `curl -H "Authorization: Bearer ${random(40)}"`],
  ["a variable with a secret's value", `db_password: ${random(20, LETTERS.toLowerCase())}`],
  ["a variable with a secret's value", `DB_PASSWORD=${random(20, LETTERS)}`],
  ["a variable with a secret's value", `"password": "${random(20, LETTERS + LETTERS.toLowerCase())}"`],
  [
    "a private key",
    `PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nPublic-Lines: 6\n${random(64)}\nPrivate-Lines: 14\n${random(64)}`,
  ],
  ["a password in a command", `curl -sS -u deploy:${random(12)} https://registry.example.com/`],
  ["a password in a command", `curl https://registry.example.com/ --user 'deploy:${random(12)}'`],
  ["a GitHub token", `ghp_${random(18)}\u200b${random(18)}`],
  ["a GitHub token", `${"ghp_".replaceAll(/./g, fullWidth)}${random(36).replaceAll(/./g, fullWidth)}`],
  ["a GitHub token", `ghp_${random(18)}\n${random(37).slice(18)}`],
  ["an OpenAI key", `sk-proj-${random(52)}\r\n  ${random(44)}\n  ${random(30)}`],
  ["a password", "DB_PASS=k3jh4k5jh6"],
  ["a password", `MYSQL_PWD: "${"k3jh4k5jh6"}"`],
  ["a password", "API_KEY=k3jh4k5jh6"],
  ["a password", "password=correct-horse-battery-staple"],
  ["a password", "Passphrase: correct horse battery staple".replaceAll(/(?<=[a-z]) /g, "-")],
  ["a password", "The admin password is Tr0ub4dor&3x"],
  ["a password", "The password for the staging database is `Tr0ub4dor&3x`."],
  ["a password", "Database password for staging: 'x8Kp2mQz9w'"],
  ["a password", "The API key for billing is k3jh4k5jh6."],
  ["a password", "Our signing key is now k3jh4k5jh6"],
  ["a password", `my password: ${"hunter2".repeat(2)}`],
  ["a password", "password=correcthorse9!"],
  ["a password", "Das Passwort lautet Geheim!2024x"],
  ["a password", "The wifi password is sunflower-tractor-42"],
  ["a password", `API token ${random(40)}`],
  ["a password", `Billing's access token \`${hex(40)}\` is for staging.`],
  ["a seed phrase", `Wallet seed phrase: ${SEED_WORDS.join(" ")}`],
  ["a seed phrase", `The recovery words are\n${SEED_WORDS.map((word, i) => `${i + 1}. ${word}`).join("\n")}`],
  ["a card's number", `The card is ${["4539", "5787", "6362", "1486"].join(" ")}, until 08/29.`],
  ["a card's number", `Kreditkarte: ${["5425", "2334", "3010", "9903"].join("")}`],
  ["a card's number", `Amex ${["3742", "454554", "00126"].join("-")}`],
  ["an AWS access key", `AK\u2060IA\u00ad${random(16, `${LETTERS}234567`)}`],
  ["a variable with a secret's value", `DB_HOST=db\nDB_PASSWORD=${random(24)}\r\nDB_NAME=app`],
];

/** What people write of secrets without telling one: of each word, what is said behind it. */
export const SENTENCES: readonly string[] = [
  "password",
  "API key",
  "access_token",
  "client_secret",
  "DB_PASSWORD",
  "passphrase",
  "auth token",
  "Passwort",
].flatMap((word) => [
  `${word}: required`,
  `The ${word} is in the vault, and nobody else has it.`,
  `${word}: unquestionably-straightforward`,
  `${word}: internationalization of the settings page`,
  `Ask Ada for the ${word}; she rotates it in spring.`,
  `${word} = process.env.${word.toUpperCase().replaceAll(" ", "_")}`,
  `${word} = getSecretFromTheVaultByName("billing")`,
  `${word}: see docs/authentication-and-authorization.md`,
  `We never write a ${word} into a note.`,
  `${word}: \${{ secrets.${word.replaceAll(" ", "_")} }}`,
  `${word}: stored in 1Password under "Harbour"`,
  `Which ${word}? The one for staging: heron-egret-and-kingfisher.`,
  `${word}=<your-${word.replaceAll(" ", "-")}-goes-here>`,
  `${word}: string; // never logged`,
  `The field "${word}" takes at most sixty-four characters`,
  `${word}: "must be at least sixteen characters long"`,
  `curl -u "$USER:$${word.toUpperCase().replaceAll(" ", "_")}" https://example.com`,
  `curl -u user:password https://example.com takes the ${word}`,
  `The ${word} expires on 2026-05-08T10:00:00Z.`,
  `${word}: SecretsManagerClientConfiguration`,
  `Reset the ${word} at https://example.com/account/settings`,
  `${word}: TOKEN_FROM_THE_ENVIRONMENT_OF_THE_HARBOUR`,
  `A ${word} of twenty letters would take a century to guess.`,
  `${word}: misunderstandings notwithstanding`,
  `Move ${word} from .env.local into Moorage by secret_import_env`,
  `The ${word} is hashed with pbkdf2-sha256 and base64-encoded in utf8.`,
  `The ${word} is k8s-secret-v2 in the namespace e2e-i18n-x86.`,
  `${word}=must-have-eight-letters-and-two-digits`,
  `${word}: ask-the-harbour-master-for-the-right-one`,
  `${word}=harbour-master-billing-key`,
  `The ${word} for staging is changed every 90days, since 2026-05-08T10:00:00Z.`,
  `${word}=$(openssl rand -base64 24)`,
  `Our ${word} is too-long-to-remember-by-heart`,
  `${word}_policy=min8max64`,
  `${word}: op://harbour/web1a2b3c4/field5`,
  `The ${word} is read from config.auth2.v3.k8s at start.`,
  `${word}: [task-list, sk-button, key-value]\nsk-circle\nsk-chase\nhf_model\nnpm_config_registry`,
  `${word}=your-own-long-passphrase-goes-here`,
  `What the ${word} is was told in 2nd4th-quarter meetings.`,
  `The old ${word} is gone, the new is e3b0c442-98fc1c14 in the list of rotations.`,
]);

/** What looks random and is no secret. */
export const HARMLESS: readonly Named[] = [
  ["a rule for passwords", "The password is version2! Passwords: at least8, one sign (!?&), as in min8&max64 or R&D."],
  ["a page of a form", "https://example.com/login?password=reset&step=2 and password=$PASSWORD&user=2"],
  [
    "a password's age in bold",
    "Password: **rotated in 2024**, the next is due in harbour-week-42; passphrase: sha-512",
  ],
  ["a key by its name", "The API key is harbour-billing-42, its access token crane-reader-07."],
  [
    "a fingerprint",
    `Signed with the signing key ${hex(40).toUpperCase()}, see API token docs-about-rotation-and-expiry.`,
  ],
  ["an id behind a token's name", `The access token ${randomUUID()} was revoked.`],
  [
    "what a seed phrase is",
    "A seed phrase has twelve words or more that open a wallet, and nobody should ever write them into any note.",
  ],
  [
    "words to begin with",
    "Our seed words are used by the generator: they make test data for every harbour, ferry and crane.",
  ],
  [
    "cards for tests",
    "Pay with 4242 4242 4242 4242, visa 4111111111111111, 5555-5555-5555-4444 or amex 378282246310005.",
  ],
  ["orders and rows", "Order 4539578763621486 of 5425 2334 3010 9904, at 1700000000000000, row 4716-5873-0093."],
  [
    "basic authentication",
    `Basic authentication, as in: Authorization: Basic ${btoa("user:password")}, beats Basic abcdefgh`,
  ],
  ["a folder and a count", "PWD=/workspace/project1234567; tests pass: 3402 of 3402"],
  ["a git commit", `Fixed in ${hex(40)}, see also ${hex(7)}.`],
  ["an MD5, a SHA-256 and a SHA-512", `${hex(32)} ${hex(64)} ${hex(128)}`],
  ["a subresource hash", `integrity sha512-${random(86)}==`],
  ["a UUID", `Session ${randomUUID()} of ${randomUUID().replaceAll("-", "")}`],
  ["an image's id", `registry.example.com/app@sha256:${hex(64)}`],
  ["a picture in base64", `data:image/png;base64,iVBORw0KGgo${random(4_000)}`],
  [
    "a public key",
    `-----BEGIN PUBLIC KEY-----\n${random(64)}\n-----END PUBLIC KEY----- ssh-ed25519 AAAAC3Nz${random(60)}`,
  ],
  ["a private key's heading", "It begins with -----BEGIN PRIVATE KEY----- and ends with -----END PRIVATE KEY-----."],
  ["a class of a style sheet", "sk-spinner-with-a-circle-that-fades-out, task-0123456789abcdef0123456789abcdef"],
  ["an example key", `AKIA${"IOSFODNN7"}EXAMPLE, ghp_${"x".repeat(36)}, sk-ant-…, sk_live_<key>`],
  ["an address with its password left out", "postgres://app:$DB_PASSWORD@db/app or postgres://user:password@host/app"],
  ["an address with a port and a user", "ssh://git@example.com:22/repo and http://localhost:3000/a@b"],
  ["a variable that refers to another", "API_KEY=$BILLING_API_KEY\nAPI_TOKEN=\nSECRET_NAME=harbour-master-billing-key"],
  ["code about keys", "const apiKey = process.env.API_KEY; // the token: see getAccessTokenSilently2() in auth0"],
  ["a version, a path and a host", "node-v24.21.0-linux-x64/lib.so.6 on MACHINE.local.example.com, prod:blue|green"],
  [
    "times, bearings and keys of caches",
    "first pass: 1m32s45ms, compass: n0e90s180w270, SORT_KEY=2026a08b11c, PASS=3402 FAIL=0",
  ],
  [
    "lists of short names",
    "classes of sk-\nsk-circle\nbutton1\nnpm_config_registry\nkey-\nhf_models\nabcdefgh\nijklmnop",
  ],
  ["an id of a row", "jd7f9q3kz0m5t8w2x6y1b4n9c3v7h2r5 superseded k57a1b2c3d4e5f6g7h8j9k0m1n2p3q4r"],
];

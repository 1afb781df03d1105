import { html, raw } from "hono/html";

type Html = ReturnType<typeof html>;

const STYLE = `
:root { color-scheme: light dark; --ink: #14202b; --soft: #5b6b7a; --ground: #f3f6f8; --card: #fff; --line: #d5dee6; --accent: #0b6bcb; --danger: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eef4; --soft: #9aabba; --ground: #0f1720; --card: #18222d; --line: #2c3a48; --accent: #5aa9f2; --danger: #f2867f; } }
* { box-sizing: border-box; }
body { margin: 0; display: grid; place-items: start center; padding: clamp(1rem, 10vh, 7rem) 1rem 1rem; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 30rem; padding: 1.5rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
h1 { margin: 0 0 .75rem; font-size: 1.25rem; line-height: 1.3; }
p, ul { margin: 0 0 1rem; overflow-wrap: anywhere; }
ul { padding: .75rem; list-style: none; border: 1px solid var(--line); border-radius: .5rem; background: var(--ground); white-space: pre-wrap; }
li + li { margin-top: .35rem; }
.brand { margin: 0 0 1rem; color: var(--accent); font-weight: 700; letter-spacing: .02em; }
.soft { margin: .75rem 0; color: var(--soft); font-size: .875rem; }
main > :last-child { margin-bottom: 0; }
code { font: .95em ui-monospace, monospace; overflow-wrap: anywhere; }
label { display: block; margin-bottom: .35rem; font-weight: 600; }
textarea, input { width: 100%; padding: .75rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--ground); color: inherit; font: 1rem ui-monospace, monospace; }
textarea { min-height: 7rem; resize: vertical; -webkit-text-security: disc; }
.actions { display: flex; gap: .75rem; margin-top: 1rem; }
button { flex: 1; min-height: 3rem; border: 1px solid transparent; border-radius: .5rem; background: var(--accent); color: var(--card); font: 600 1rem system-ui, sans-serif; }
button.quiet { background: none; border-color: var(--line); color: var(--danger); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;

/** One page: nothing from elsewhere, no script, and a style that only this answer's nonce allows. */
export function layout(title: string, body: Html, nonce: string): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        <style nonce="${nonce}">
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <p class="brand">Moorage</p>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`;
}

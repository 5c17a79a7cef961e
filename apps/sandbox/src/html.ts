import { createHash } from 'node:crypto';
import type { Context } from 'koa';

/** Text that is markup already. */
class Markup {
  constructor(readonly text: string) {}
}

export type Html = Markup;
type Part = string | number | Markup | Markup[];

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);

function render(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (Array.isArray(part)) return part.map((each) => each.text).join('');
  return escape(String(part));
}

/** Markup from a template; whatever is put in that isn't markup itself is escaped. */
export const html = (texts: TemplateStringsArray, ...parts: Part[]): Html =>
  new Markup(texts.map((text, index) => text + (index < parts.length ? render(parts[index]!) : '')).join(''));

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2733; --soft: #5b6b7b; --paper: #fff; --ground: #eaf0f4; --line: #d5dee6; --water: #0b6e8f; --on-water: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7eef4; --soft: #9fb0bf; --paper: #17212b; --ground: #0d141b; --line: #2b3945; --water: #4fb3d4; --on-water: #06222c; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
main { width: 100%; max-width: 27rem; padding: 2rem; background: var(--paper); border: 1px solid var(--line); border-radius: 1rem; box-shadow: 0 1.5rem 3rem -2rem rgb(0 20 40 / .45); }
.place { margin: 0 0 1.25rem; color: var(--soft); font-size: .8rem; letter-spacing: .08em; text-transform: uppercase; }
h1 { margin: 0 0 .75rem; font-size: 1.4rem; line-height: 1.25; text-wrap: balance; }
p, ul { margin: 0 0 1rem; }
ul { padding-left: 1.2rem; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
button { font: inherit; cursor: pointer; border-radius: .6rem; padding: .7rem 1rem; border: 1px solid var(--line); background: none; color: var(--soft); }
button.main { width: 100%; border-color: var(--water); background: var(--water); color: var(--on-water); font-weight: 600; }
button:focus-visible, input:focus-visible, summary:focus-visible, a:focus-visible { outline: 3px solid var(--water); outline-offset: 2px; }
input { font: inherit; width: 100%; padding: .6rem .75rem; margin: .35rem 0 .75rem; border: 1px solid var(--line); border-radius: .6rem; background: var(--ground); color: var(--ink); }
form { margin: 0 0 1rem; }
details, .quiet { color: var(--soft); font-size: .9rem; }
summary { cursor: pointer; }
a { color: var(--water); }
`;

/**
 * No script runs on any page and nothing is fetched from anywhere. `form-action` is left out on purpose: browsers apply it to where
 * a form's answer redirects to as well, and after consent that is the client and wherever the client sends its user next.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Answers with a whole page. */
export function answerPage(ctx: Context, page: { status?: number; title: string; content: Html }): void {
  ctx.status = page.status ?? 200;
  ctx.type = 'text/html; charset=utf-8';
  ctx.set({
    'cache-control': 'no-store',
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  });
  const style = new Markup(`<style>${STYLE}</style>`);
  ctx.body = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${page.title}</title>
        ${style}
      </head>
      <body>
        <main>
          <p class="place">Lockkeeper sandbox</p>
          <h1>${page.title}</h1>
          ${page.content}
        </main>
      </body>
    </html>`.text;
}

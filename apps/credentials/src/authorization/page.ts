import { createHash } from 'node:crypto';

const STYLE = `
:root{color-scheme:light dark;--ink:#16202b;--soft:#5a6875;--paper:#fff;--ground:#eef2f5;--line:#d9e0e6;--good:#1a7f4b;--bad:#b3372f}
@media(prefers-color-scheme:dark){:root{--ink:#e8edf2;--soft:#9fadba;--paper:#18212b;--ground:#0f161d;--line:#2b3844;--good:#58c78d;--bad:#f08a80}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--ground);color:var(--ink);
font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{width:100%;max-width:30rem;padding:2rem;background:var(--paper);border:1px solid var(--line);border-radius:.75rem}
h1{margin:0 0 .75rem;font-size:1.35rem;line-height:1.3}p{margin:.5rem 0}.mark{font-size:1.6rem;line-height:1;margin-bottom:.9rem}
.good .mark{color:var(--good)}.bad .mark{color:var(--bad)}.hint{padding:.75rem 1rem;border-left:3px solid var(--line);color:var(--soft)}
footer{margin-top:1.5rem;color:var(--soft);font-size:.82rem}code{font-size:.85em;overflow-wrap:anywhere}`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Nothing from anywhere else, no script at all, in no frame; the address goes to nobody (RFC 9700 section 4.2.4). */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

export interface Page {
  mood: 'good' | 'bad';
  title: string;
  text: string;
  hint?: string | null;
  /** By which whoever runs the server finds this visit in the logs. */
  requestId?: string | null;
}

/** A page of plain words. Every value is text: whatever it holds is shown, not carried out. */
export function render({ mood, title, text, hint, requestId }: Page): string {
  const mark = mood === 'good' ? '✓' : '✕';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${escaped(title)}</title><style>${STYLE}</style></head>
<body class="${mood}"><main><div class="mark" aria-hidden="true">${mark}</div><h1>${escaped(title)}</h1><p>${escaped(text)}</p>
${hint ? `<p class="hint">${escaped(hint)}</p>` : ''}
<footer>Lockkeeper${requestId ? ` · <code>${escaped(requestId)}</code>` : ''}</footer></main></body></html>
`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

import type { Brand } from './brand.js';
import { html } from './html.js';
import type { Page } from './page.js';
import type { ProblemName, Words } from './words.js';

/** @param service what was connected; null where that can't be told */
export function connectedPage(service: string | null, { connected }: Words, { organisation }: Brand): Page {
  const { title } = connected;
  const body = html`
    <div class="marks" aria-hidden="true"><span class="mark good">✓</span></div>
    <h1>${title}</h1>
    <p class="lead">${service === null ? connected.text : connected.service(organisation, service)}</p>
  `;
  return { title, body };
}

/** What went wrong, and what its reader can do: nothing of what came in is repeated. */
export function problemPage(name: ProblemName, { problems }: Words, requestId: string | null): Page {
  const { title, text, todo } = problems[name];
  const body = html`
    <div class="marks" aria-hidden="true"><span class="mark bad">✕</span></div>
    <h1>${title}</h1>
    <p class="lead">${text}</p>
    <p class="panel hint">${todo}</p>
  `;
  return { title, body, requestId };
}

import { type Brand, initialOf } from './brand.js';
import { html, type Markup } from './html.js';
import type { Page } from './page.js';
import type { Words } from './words.js';

/** What an end user is asked, before anything leaves for the provider. */
export interface ConnectView {
  service: string;
  /** As the caller named them; null where a robot looks that need not know. */
  user: string | null;
  /** As they are asked for, each with the manifest's meaning where it has one. */
  scopes: readonly { scope: string; meaning: string | null }[];
  /** Where the user signs in; null where it can't be told yet. */
  host: string | null;
}

export function connectPage({ service, user, scopes, host }: ConnectView, words: Words, brand: Brand): Page {
  const { connect } = words;
  const body = html`
    ${marks(brand, service)}
    <h1>${connect.title(service)}</h1>
    <p class="lead">${connect.asks(brand.organisation, service)}</p>
    ${user !== null && forWhom(connect.forWhom, user)}
    <section class="panel" aria-labelledby="permissions">${permissions(scopes, words, { service, brand })}</section>
    <form id="continue" method="post">
      <button type="submit">${connect.goOn(service)}</button>
    </form>
    ${host !== null && html`<p class="soft">${connect.signIn(host)}</p>`}
    <p class="soft">${connect.unexpected}</p>
  `;
  return { title: connect.title(service), body };
}

export const marks = (brand: Brand, service: string): Markup => html`
  <div class="marks" aria-hidden="true">
    <span class="mark ours">${initialOf(brand.organisation)}</span><span class="between"></span
    ><span class="mark">${initialOf(service)}</span>
  </div>
`;

export const forWhom = (label: string, user: string): Markup => html`
  <dl>
    <dt>${label}</dt>
    <dd>${user}</dd>
  </dl>
`;

function permissions(
  scopes: ConnectView['scopes'],
  { connect }: Words,
  { service, brand }: { service: string; brand: Brand },
): Markup {
  if (scopes.length === 0) return html`<p id="permissions">${connect.permissionsThere(service)}</p>`;
  return html`
    <h2 id="permissions">${connect.permissions(brand.organisation)}</h2>
    <ul>
      ${scopes.map((scope) => html`<li>${meaningOf(scope, connect.standardScopes)}</li>`)}
    </ul>
  `;
}

/** The manifest's words are English, and marked as that; what nobody explains is shown as it is asked for. */
function meaningOf(
  { scope, meaning }: ConnectView['scopes'][number],
  standard: Words['connect']['standardScopes'],
): Markup | string {
  if (Object.hasOwn(standard, scope)) return standard[scope as keyof typeof standard];
  return meaning === null ? html`<code>${scope}</code>` : html`<span lang="en">${meaning}</span>`;
}

import type { Context, Next } from 'koa';
import { accountNamed } from './accounts.js';
import { answerPage, html } from './html.js';
import type Provider from 'oidc-provider';
import { readForm } from './request-body.js';
import { endGrant } from './state-adapter.js';
import type { SandboxState } from './state.js';

interface StoredGrant {
  jti: string;
  accountId: string;
  clientId: string;
  openid?: { scope?: string };
  iat: number;
}

/** Where a user sees what they allowed and takes it back: what makes a grant die without its client hearing of it. */
export const accountPages =
  (provider: Provider, state: SandboxState) =>
  async (ctx: Context, next: Next): Promise<void> => {
    if (ctx.path === '/' && ctx.method === 'GET') return welcome(ctx, provider.issuer);
    if (ctx.path !== '/account') return next();
    if (ctx.method === 'POST') return withdraw(ctx, state, provider.issuer);
    const login = accountNamed(ctx.query['login']);
    if (login === null) return ctx.redirect('/');
    show(ctx, state, login);
  };

function welcome(ctx: Context, issuer: string): void {
  answerPage(ctx, {
    title: 'An authorization server to try things on',
    content: html`<p>
        It speaks OAuth 2.0 and OpenID Connect, and holds nothing of value: every login exists, none has a password.
      </p>
      <p>
        Where everything is: <a href="/.well-known/openid-configuration">its metadata</a>. Its API:
        <code>${issuer}/api</code>.
      </p>
      <form action="/account">
        <label>What did this login allow? <input name="login" value="alice" maxlength="64" required /></label>
        <button class="main">Show</button>
      </form>`,
  });
}

function show(ctx: Context, state: SandboxState, login: string): void {
  const grants = [...state.startingWith<StoredGrant>('Grant:')].map(([, grant]) => grant);
  const rows = grants
    .filter((grant) => grant.accountId === login)
    .map(
      (grant) =>
        html`<form method="post" action="/account">
          <p>
            ${grant.clientId} <span class="quiet">since ${new Date(grant.iat * 1000).toISOString()}</span><br />
            <code>${grant.openid?.scope ?? ''}</code>
          </p>
          <input type="hidden" name="login" value="${login}" />
          <button name="grant" value="${grant.jti}">Withdraw</button>
        </form>`,
    );
  answerPage(ctx, {
    title: `What ${login} allowed`,
    content: rows.length > 0 ? html`${rows}` : html`<p>Nothing, or not any more.</p>`,
  });
}

async function withdraw(ctx: Context, state: SandboxState, issuer: string): Promise<void> {
  // No session says whose grant it is, so all that is left to check is that the form was ours.
  if (ctx.get('origin') !== new URL(issuer).origin) {
    return answerPage(ctx, { status: 403, title: 'That form is not ours', content: html`<p>Nothing was changed.</p>` });
  }
  const form = await readForm(ctx);
  const login = accountNamed(form.get('login')) ?? '';
  const grantId = form.get('grant') ?? '';
  if (state.get<StoredGrant>(`Grant:${grantId}`)?.accountId === login) endGrant(state, grantId);
  ctx.status = 303;
  ctx.redirect(`/account?${new URLSearchParams({ login })}`);
}

import type { Context, Next } from 'koa';
import type Provider from 'oidc-provider';
import type { InteractionResults } from 'oidc-provider';
import { DEFAULT_LOGIN, accountNamed } from './accounts.js';
import { type Html, answerPage, html } from './html.js';
import { readForm } from './request-body.js';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

const PATH = /^\/consent\/[\w-]+$/;

export const consentPath = (uid: string): string => `/consent/${uid}`;

/** What a scope allows, for people. Scopes that aren't listed are shown as they are. */
const SCOPES: Record<string, string> = {
  openid: 'know who you are',
  profile: 'read your name',
  email: 'read your e-mail address',
  offline_access: 'keep access while you are away',
  'api:read': 'read your profile and notes',
};

/** One page and one click: signs in and consents together. There is nothing to protect here, so nobody is asked for a password. */
export const consentPages =
  (provider: Provider) =>
  async (ctx: Context, next: Next): Promise<void> => {
    if (!PATH.test(ctx.path)) return next();
    const interaction = await provider.interactionDetails(ctx.req, ctx.res);
    if (ctx.method === 'POST') await decide(provider, ctx, interaction);
    else await ask(provider, ctx, interaction);
  };

async function ask(provider: Provider, ctx: Context, { params, session }: Interaction): Promise<void> {
  const client = await provider.Client.find(String(params['client_id']));
  const login = accountNamed(params['login_hint']) ?? session?.accountId ?? DEFAULT_LOGIN;
  const clientName = client?.clientName ?? client?.clientId ?? 'an unknown client';
  answerPage(ctx, {
    title: `Sign in as ${login} and allow ${clientName}`,
    content: question({ login, clientName, scopes: scopesOf(params) }),
  });
}

function question({ login, clientName, scopes }: { login: string; clientName: string; scopes: string[] }): Html {
  return html`<p>${clientName} asks to:</p>
    <ul>
      ${scopes.map((scope) => html`<li>${SCOPES[scope] ?? scope} <code class="quiet">${scope}</code></li>`)}
    </ul>
    <form method="post" id="allow">
      <input type="hidden" name="login" value="${login}" />
      <button class="main" name="decision" value="allow">Sign in as ${login} and allow</button>
    </form>
    <details>
      <summary>Somebody else, or not at all</summary>
      <form method="post" id="somebody-else">
        <label>Sign in as <input name="login" value="${login}" maxlength="64" autocapitalize="none" required /></label>
        <button name="decision" value="allow">Allow</button>
        <button name="decision" value="refuse" formnovalidate>Refuse</button>
      </form>
    </details>`;
}

async function decide(provider: Provider, ctx: Context, interaction: Interaction): Promise<void> {
  const form = await readForm(ctx);
  const accountId = accountNamed(form.get('login'));
  if (form.get('decision') !== 'allow') {
    return finish(provider, ctx, { error: 'access_denied', error_description: 'The user refused' });
  }
  if (accountId === null) {
    return answerPage(ctx, {
      status: 400,
      title: 'That is no login',
      content: html`<p>
        Letters, digits and <code>. _ @ + -</code>, up to 64 of them. Go back and choose another one.
      </p>`,
    });
  }
  await leaveOtherSession(provider, interaction, accountId);
  const grant = new provider.Grant({ accountId, clientId: String(interaction.params['client_id']) });
  grant.addOIDCScope(scopesOf(interaction.params).join(' '));
  await finish(provider, ctx, { login: { accountId }, consent: { grantId: await grant.save() } });
}

async function finish(provider: Provider, ctx: Context, result: InteractionResults): Promise<void> {
  ctx.respond = false;
  await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
}

/** oidc-provider would ask to sign out first, on a page that needs a script. Here choosing somebody else is signing out. */
async function leaveOtherSession(provider: Provider, interaction: Interaction, accountId: string): Promise<void> {
  if (!interaction.session || interaction.session.accountId === accountId) return;
  const session = await provider.Session.findByUid(interaction.session.uid);
  await session?.destroy();
  delete interaction.session;
  await interaction.save(interaction.exp - Math.floor(Date.now() / 1000));
}

const scopesOf = (params: Interaction['params']): string[] =>
  String(params['scope'] ?? '')
    .split(' ')
    .filter(Boolean);

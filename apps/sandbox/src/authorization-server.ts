import type { Context, Next } from 'koa';
import Provider, { type Configuration, errors, interactionPolicy } from 'oidc-provider';
import { findAccount } from './accounts.js';
import { consentPath } from './consent.page.js';
import { nonceSecretOf } from './dpop.js';
import { answerPage, html } from './html.js';
import type { SandboxSettings } from './settings.js';
import { StateAdapter } from './state-adapter.js';
import type { SandboxState } from './state.js';
import type { SandboxStatistics } from './statistics.js';

/** The client that is there from the start. */
export const SANDBOX_CLIENT_ID = 'lockkeeper-sandbox';

/** Asked for nothing, a client gets this (RFC 6749 section 3.3 lets the server choose). */
const DEFAULT_SCOPE = 'api:read';

const DAY_SECONDS = 86_400;
const CALLBACK_PATH = /^\/callback\/[a-z0-9][a-z0-9-]*$/;

export interface AuthorizationServerParts {
  issuer: string;
  clientSecret: string;
  settings: SandboxSettings;
  state: SandboxState;
  statistics: SandboxStatistics;
}

/** An oidc-provider as strict as good ones are in the wild: rotation with reuse detection, PKCE, `iss`, revocation, short tokens. */
export function createAuthorizationServer(parts: AuthorizationServerParts): Provider {
  const provider = new Provider(parts.issuer, configuration(parts));
  provider.use(withDefaultScope);
  allowEveryCallback(provider, parts.settings.redirectOrigins);
  parts.statistics.watch(provider);
  return provider;
}

function configuration({ clientSecret, settings, state, statistics }: AuthorizationServerParts): Configuration {
  return {
    adapter: (model) => new StateAdapter(model, state),
    jwks: { keys: [state.keys.signing] } as Configuration['jwks'],
    cookies: { keys: [state.keys.cookies] },
    clients: [preRegisteredClient(clientSecret, settings.redirectOrigins)],
    scopes: ['openid', 'offline_access', 'profile', 'email', 'api:read'],
    claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
    findAccount,
    interactions: { policy: oneInteraction(), url: (_ctx, interaction) => consentPath(interaction.uid) },
    pkce: { required: () => true },
    rotateRefreshToken: settings.rotation,
    issueRefreshToken: async (_ctx, client, source) =>
      client.grantTypeAllowed('refresh_token') && mayLast([...source.scopes]),
    expiresWithSession: async () => false,
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      registration: { enabled: true },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      introspection: {
        enabled: true,
        allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId,
      },
      // Who proves a key has to know this server's nonce (RFC 9449 section 8).
      dPoP: { enabled: true, nonceSecret: nonceSecretOf(state), requireNonce: () => true },
      revocation: { enabled: true, allowedPolicy: revocationPolicy(statistics) },
    },
    ttl: lifetimes(settings),
    renderError: async (ctx, out) => showError(ctx, out),
  };
}

/** In seconds. */
const lifetimes = ({ accessTokenSeconds }: SandboxSettings): Configuration['ttl'] => ({
  AccessToken: accessTokenSeconds,
  AuthorizationCode: 60,
  ClientCredentials: accessTokenSeconds,
  DeviceCode: 600,
  IdToken: 3600,
  Interaction: 600,
  RefreshToken: 30 * DAY_SECONDS,
  Grant: 30 * DAY_SECONDS,
  Session: 14 * DAY_SECONDS,
});

const preRegisteredClient = (clientSecret: string, redirectOrigins: string[]) => ({
  client_id: SANDBOX_CLIENT_ID,
  client_name: 'Lockkeeper',
  client_secret: clientSecret,
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: redirectOrigins.map((origin) => `${origin}/callback/sandbox`),
});

/**
 * Redirect URIs are compared exactly (RFC 9700 section 4.1.3), and Lockkeeper has one for each API service, under slugs that nobody
 * knows beforehand. For the pre-registered client alone every `/callback/<slug>` on its own origins is as good as registered.
 */
function allowEveryCallback(provider: Provider, origins: string[]): void {
  const { redirectUriAllowed } = provider.Client.prototype;
  provider.Client.prototype.redirectUriAllowed = function (uri: string): boolean {
    if (redirectUriAllowed.call(this, uri)) return true;
    if (this.clientId !== SANDBOX_CLIENT_ID) return false;
    return origins.some((origin) => uri.startsWith(origin) && CALLBACK_PATH.test(uri.slice(origin.length)));
  };
}

/** Signing in and consenting are one page here, shown for every request, so that the login can be chosen each time. */
function oneInteraction(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  const everyTime = new interactionPolicy.Check('every_time', 'the user chooses the login each time', (ctx) =>
    ctx.oidc.result?.login ? interactionPolicy.Check.NO_NEED_TO_PROMPT : interactionPolicy.Check.REQUEST_PROMPT,
  );
  policy.get('login')?.checks.add(everyTime);
  return policy;
}

/** Plain OAuth has no word for lasting access; OpenID Connect Core section 11 has `offline_access`, and insists on it. */
const mayLast = (scopes: string[]): boolean => !scopes.includes('openid') || scopes.includes('offline_access');

type RevocationPolicy = NonNullable<NonNullable<NonNullable<Configuration['features']>['revocation']>['allowedPolicy']>;

/**
 * RFC 7009 section 2 lets a server end the whole grant when one of its access tokens is revoked, and oidc-provider does. Here an
 * access token goes alone, so that a superseded one can be revoked while its successor lives; a refresh token takes all with it.
 */
function revocationPolicy(statistics: SandboxStatistics): RevocationPolicy {
  return async (_ctx, client, token) => {
    if (token.clientId !== client.clientId) throw new errors.InvalidRequest('the token belongs to another client');
    statistics.countRevocation(token.kind);
    if (token.kind === 'AccessToken') Object.assign(token, { grantId: undefined });
    return true;
  };
}

async function withDefaultScope(ctx: Context, next: Next): Promise<void> {
  if (ctx.path === '/auth' && ctx.method === 'GET' && !ctx.query['scope']) {
    ctx.query = { ...ctx.query, scope: DEFAULT_SCOPE };
  }
  await next();
}

function showError(ctx: Context, out: { error: string; error_description?: string | undefined }): void {
  answerPage(ctx, {
    status: ctx.status,
    title: 'That did not work',
    content: html`<p>${out.error_description ?? 'Nothing more is known.'}</p>
      <p class="quiet"><code>${out.error}</code></p>`,
  });
}

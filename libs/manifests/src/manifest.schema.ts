import { z } from 'zod';
import { answer, captures, errorMeaning, expectation } from './answer.schema.js';
import { clientAssertion, dpop, mtlsEndpointAliases, pushedAuthorization } from './client.schema.js';
import { connectionField } from './connection-fields.js';
import { assertion, device, exchange, GRANTS } from './grant.schema.js';
import { HOST_RULE } from './host-rule.js';
import { serviceSecret } from './service-secrets.js';
import { contradictions } from './manifest-contradictions.js';
import { use } from './use.schema.js';
import {
  CLIENT_AUTHENTICATIONS,
  overlay,
  refreshRequest,
  request,
  strict,
  template,
  tokenRequest,
  url,
} from './request.schema.js';

/** An address for people: never called. */
const page = z.url({ protocol: /^https$/, error: 'is not an https URL' });
const positiveSeconds = z.int().positive();

/** RFC 6749 section 3.3: what a scope value may be made of. */
const scopeValue = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'is not a scope value: RFC 6749 section 3.3');
const parameter = z.string().min(1);
/** Of what templates name behind a dot. */
const plainName = z.string().regex(/^[a-z][a-z0-9_]*$/, 'is not a plain name');

const authorize = strict({
  /** Where users, or admins, agree. Grants that nobody has to agree to have none. */
  url: url('authorize').optional(),
  /** Laid over response_type, client_id, redirect_uri, scope, state and PKCE's two. */
  parameters: overlay('authorize').default({}),
  /** Asked for where an API service or a connection names none. */
  scopes: z.array(scopeValue).default([]),
  scopeSeparator: z.string().min(1).default(' '),
  /** Further parameters that carry scopes. `user_scope=search:read` in a list of scopes is the scope `search:read`, asked for in `user_scope`. */
  scopeParameters: z.array(parameter).default([]),
  pkce: z.enum(['S256', 'off']).default('S256'),
  /** The parameter that carries the state, there and back. It is always sent. */
  stateParameter: parameter.default('state'),
  /** Appended behind a `#`. */
  fragment: z
    .string()
    .regex(/^[\w-]+$/, 'is not a plain name')
    .optional(),
  /** The callback's parameter that carries the code. */
  codeParameter: parameter.default('code'),
  /** With client credentials: what the callback of an admin's consent has to show, since it brings no code. */
  shows: expectation.shows,
  /** From the callback: its parameters are read as a flat object, `/realmId`. */
  captures: captures.default({}),
  /** The callback's own error codes, by what they mean in the standard's. Those of the token endpoint are in `answer`. */
  errors: z.record(z.string().min(1), errorMeaning).optional(),
  /**
   * A callback's parameter that proves it: what it must be. `callback_query` are all its other parameters, sorted by name
   * and joined as in a query: decoded, but for `%` and `&` (and `=` in names), so that no value passes for several parameters.
   */
  proof: strict({ parameter, equals: template('callback') }).optional(),
  /**
   * RFC 9207: `required` where the provider announces it, `compared` if it comes, `ignored`, or `refused` (section 2.4's advice
   * for servers that don't announce it). By default `compared` with an issuer, `ignored` without.
   */
  iss: z.enum(['required', 'compared', 'ignored', 'refused']).optional(),
});

/** A request after an exchange or a refresh: for values that the token answer doesn't have, or for a better token. */
const followUp = strict({
  after: z
    .array(z.enum(['exchange', 'refresh']))
    .min(1)
    .default(['exchange']),
  request: request('followUp', { method: 'GET', authentication: 'access_token' }),
  ...expectation,
  captures: captures.default({}),
  /** Its answer is a token answer, and takes the place of the exchange's. */
  replacesTokens: z.boolean().default(false),
  /** Without it the consent has failed. A refresh never fails for it: what was captured before stays. */
  required: z.boolean().default(true),
});

/** Facts about lifetimes that the answers don't tell. */
const lifetimes = strict({
  accessTokenSeconds: positiveSeconds.optional(),
  refreshTokenSeconds: positiveSeconds.optional(),
  /** A grant that isn't refreshed for so long is dead. */
  idleSeconds: positiveSeconds.optional(),
  /** However often it is refreshed: dead so long after the consent. */
  grantSeconds: positiveSeconds.optional(),
});

const refresh = strict({
  /** What a refresh is made with. `access_token`: the provider gives no refresh token and prolongs the access token itself. */
  by: z.enum(['refresh_token', 'access_token']).default('refresh_token'),
  /** What has to be asked for at the consent, so that a refresh token comes: told where none did. */
  comesWith: strict({
    parameters: z.record(parameter, z.string()).optional(),
    scopes: z.array(scopeValue).optional(),
  }).optional(),
  /** `token`: a new one; `time`: the answer may have none, and then the old one lives on. */
  gives: z.enum(['token', 'time']).default('token'),
  request: refreshRequest.prefault({}),
  /** Share of the token's life after which a refresh is welcome. */
  lifetimeShare: z.number().gt(0).lt(1).default(0.8),
  /** At the latest so long before the token expires (half of its life for tokens too short for that). */
  marginSeconds: z.int().nonnegative().default(120),
  /** The provider refuses a refresh that comes sooner than so long before the expiry. */
  earliestSecondsBeforeExpiry: positiveSeconds.optional(),
  /** How many refreshes a second the provider allows one client, all its grants together. What its 429s teach lowers it. */
  perSecond: z.number().positive().max(10_000).optional(),
  /** RFC 6749 section 6: no new refresh token means that the old one stays. `gone` where it is spent nevertheless. */
  refreshTokenWhenAbsent: z.enum(['keep', 'gone']).default('keep'),
  /** What to do when nobody knows whether a refresh was acted upon. */
  indeterminate: z.enum(['retry', 'reauthorize']).default('retry'),
});

export const TOKEN_KINDS = ['refresh_token', 'access_token'] as const;

const revoke = z.union([
  strict({
    request: request('revoke', { method: 'POST', authentication: 'client' }),
    /** RFC 7009 section 2.2: 200, and nothing else. */
    ...expectation,
    /** Which tokens are revoked, in this order. Where one takes the whole grant with it, only the first that there is. */
    tokens: z
      .array(z.enum(TOKEN_KINDS))
      .min(1)
      .default([...TOKEN_KINDS]),
    /** What dies with a token: itself, all tokens of its grant, the app's installation; `unknown` counts as the worst. */
    effect: z.enum(['token', 'family', 'install', 'unknown']).default('unknown'),
  }),
  /** The provider has no way for programs: its page for people. */
  strict({ byUserAt: page }),
]);

/** RFC 7662: whether a token lives. Asked after a revocation, for proof; never before a use. */
const introspect = strict({ request: request('introspect', { method: 'POST', authentication: 'client' }) });

const superseded = z.discriminatedUnion('policy', [
  strict({ policy: z.literal('keep') }),
  strict({ policy: z.literal('revoke'), graceSeconds: z.int().nonnegative().default(0) }),
]);

const test = strict({ request: request('test', { method: 'GET', authentication: 'access_token' }), ...expectation });

/** Departures from the standard that cost safety, and so must be asked for by name, with a reason. */
export const QUIRKS = ['tokenRequestByGet', 'secretInUrl'] as const;

const quirk = strict({ quirk: z.enum(QUIRKS), reason: z.string().min(10).max(500) });

/** What people read: it changes nothing about any request. */
const about = {
  name: z.string().min(1).max(100).optional(),
  tags: z.array(z.string().regex(/^[a-z0-9-]{1,30}$/, 'is not a lower-case word')).default([]),
  documentationUrl: page.optional(),
  /** One paragraph for the admin who registers it. */
  guide: template('guide').optional(),
  /** The common scopes, each with what it means in one line. */
  knownScopes: z.record(scopeValue, z.string().min(3).max(200)).default({}),
  /** When somebody last played it against the provider itself. */
  verified: z.union([z.literal('never'), z.iso.date()]).default('never'),
  /** What its author is not sure of. */
  unsure: z.array(z.string().min(5).max(300)).default([]),
};

const shape = strict({
  manifest: z.literal(1),
  /** `generic`: there is no authorization server; its users fill in `fields`, and `use` says how these travel. */
  kind: z.enum(['oauth2', 'generic']).default('oauth2'),
  ...about,
  /** What each connection has to say of itself; templates name it as `field.<key>`. */
  fields: z.record(plainName, connectionField).default({}),
  /** What the API service itself has to be given besides its client; templates of requests that credentials sends name it as `secret.<name>`. */
  secrets: z.record(plainName, serviceSecret).optional(),
  /** Where the host of a URL comes from a value: the hosts that it may be. `*.` and a domain stands for every host below it. */
  hosts: z.array(z.string().regex(HOST_RULE, 'is neither a host nor *. and a domain of two labels')).default([]),
  /** RFC 8414: the authorization server's own name, character by character. */
  issuer: url().optional(),
  clientAuthentication: z.enum(CLIENT_AUTHENTICATIONS).default('basic'),
  /** With `private_key_jwt`: what isn't said is as RFC 10070 has it. */
  clientAssertion: clientAssertion.optional(),
  /** With `tls_client_auth`. */
  mtlsEndpointAliases: mtlsEndpointAliases.optional(),
  /** RFC 8705 section 3: whether the provider binds access tokens to the client's certificate. Left out: nobody looked. */
  certificateBoundTokens: z.boolean().optional(),
  /** Tokens are bound to a key of their connection. */
  dpop: dpop.optional(),
  quirks: z.array(quirk).default([]),
  grant: z.enum(GRANTS).default('authorization_code'),
  authorize: authorize.prefault({}),
  pushedAuthorization: pushedAuthorization.optional(),
  /** With the grant `device_code`. */
  device: device.optional(),
  /** With the grant `jwt_bearer`. */
  assertion: assertion.optional(),
  /** With the grant `token_exchange`. */
  exchange: exchange.optional(),
  token: tokenRequest.prefault({}),
  answer: answer.prefault({}),
  followUps: z.array(followUp).max(3).default([]),
  /** The captured value that names the account: another one at a reauthorization is another connection. */
  subject: z.string().min(1).optional(),
  lifetimes: lifetimes.default({}),
  /** null: this provider has no refresh. */
  refresh: refresh.nullable().prefault({}),
  /** null: nothing is known. */
  revoke: revoke.nullable().default(null),
  /** null: the provider is not asked whether a token lives. */
  introspect: introspect.nullable().default(null),
  superseded: superseded.default({ policy: 'keep' }),
  use: use.prefault({}),
  test: test.nullable().default(null),
});

/** A checked manifest with every default filled in. Reading it again gives the same. */
export type Manifest = z.output<typeof shape>;

/** A manifest as people write it. */
export type ManifestInput = z.input<typeof shape>;

/** How to speak to one API service, as data. Everything has the standard's default; `token.url` has none, nor has `authorize.url` where users consent. */
export const manifestSchema = shape.superRefine((manifest, context) => {
  for (const { path, problem, mend } of contradictions(manifest, unsaid(manifest))) {
    context.addIssue({ code: 'custom', path, message: problem, params: { mend } });
  }
});

/** What every section is that a manifest of this kind says nothing about. */
const unsaid = ({ kind }: Pick<Manifest, 'kind'>): Manifest => shape.parse({ manifest: 1, kind });

export type ClientAuthentication = Manifest['clientAuthentication'];
export type Quirk = (typeof QUIRKS)[number];
export type TokenKind = (typeof TOKEN_KINDS)[number];
export type FollowUp = Manifest['followUps'][number];
export type RevokeByRequest = Extract<NonNullable<Manifest['revoke']>, { request: unknown }>;
/** One request, all of it said. */
export type ManifestRequest = RevokeByRequest['request'];
export type TokenRequest = Omit<Manifest['token'], 'authentication'> & {
  authentication: ManifestRequest['authentication'];
};

import { z } from 'zod';
import { contradictions } from './manifest-contradictions.js';
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
import { JSON_POINTER } from './json-pointer.js';

const pointer = z.string().regex(JSON_POINTER, 'is not a JSON pointer (RFC 6901)');
const positiveSeconds = z.int().positive();

/** RFC 6749 section 3.3: what a scope value may be made of. */
const scopeValue = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'is not a scope value: RFC 6749 section 3.3');

/** A fact that an answer must show. Exactly one of `absent`, `present`, `equals`. */
const condition = z.union([
  strict({ at: pointer, absent: z.literal(true) }),
  strict({ at: pointer, present: z.literal(true) }),
  strict({ at: pointer, equals: z.union([z.string(), z.number(), z.boolean(), z.null()]) }),
]);

/** Where a moment stands in an answer, and how it is written. */
const moment = (at: string) =>
  strict({
    at: pointer.default(at),
    as: z.enum(['seconds', 'milliseconds', 'epoch_seconds', 'epoch_milliseconds', 'iso8601']).default('seconds'),
  }).prefault({});

/** RFC 6749 section 5.2, and 4.1.2.1's two that mean "later": what a provider's own error codes can be said to mean. */
export const OAUTH_ERRORS = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'server_error',
  'temporarily_unavailable',
] as const;

const authorize = strict({
  url: url('authorize'),
  /** Laid over response_type, client_id, redirect_uri, scope, state and PKCE's two. */
  parameters: overlay('authorize').default({}),
  /** Asked for where an API service or a connection names none. */
  scopes: z.array(scopeValue).default([]),
  scopeSeparator: z.string().min(1).default(' '),
  pkce: z.enum(['S256', 'off']).default('S256'),
  /** The callback's parameter that carries the code. */
  codeParameter: z.string().min(1).default('code'),
  /**
   * RFC 9207: `required` where the provider announces it, `compared` if it comes, `ignored`, or `refused` (section 2.4's advice
   * for servers that don't announce it). By default `compared` with an issuer, `ignored` without.
   */
  iss: z.enum(['required', 'compared', 'ignored', 'refused']).optional(),
});

/** Where things are in an answer of the token endpoint, and what makes it one. */
const answer = strict({
  encoding: z.enum(['json', 'form']).default('json'),
  accessToken: pointer.default('/access_token'),
  tokenType: pointer.default('/token_type'),
  /** RFC 6749 section 5.1 requires it; some leave it out. */
  tokenTypeWhenAbsent: z.string().min(1).optional(),
  acceptedTokenTypes: z.array(z.string().min(1)).min(1).default(['Bearer']),
  refreshToken: pointer.default('/refresh_token'),
  expires: moment('/expires_in'),
  refreshTokenExpires: moment('/refresh_token_expires_in'),
  scope: pointer.default('/scope'),
  /** Between the granted scopes; by default as between those asked for. */
  scopeSeparator: z.string().min(1).optional(),
  /** Values that later templates may name as `captured.<name>`. All other members are kept too, without a name for templates. */
  captures: z.record(z.string().regex(/^\w+$/, 'is not a plain name'), pointer).default({}),
  /** What holds in a good answer besides its status: errors come with 200 at some. */
  success: z.array(condition).default([{ at: '/error', absent: true }]),
  /** Statuses whose body is searched for an error code; any other refusal passes by itself (RFC 6749 section 5.2). */
  errorStatuses: z.array(z.int().min(400).max(599)).default([400, 401]),
  error: pointer.default('/error'),
  errorDescription: pointer.default('/error_description'),
  /** The provider's own codes, by what they mean in the standard's. */
  errors: z.record(z.string().min(1), z.enum(OAUTH_ERRORS)).default({}),
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
  request: refreshRequest.prefault({}),
  /** Share of the token's life after which a refresh is welcome. */
  lifetimeShare: z.number().gt(0).lt(1).default(0.8),
  /** At the latest so long before the token expires (half of its life for tokens too short for that). */
  marginSeconds: z.int().nonnegative().default(120),
  /** The provider refuses a refresh that comes sooner than so long before the expiry. */
  earliestSecondsBeforeExpiry: positiveSeconds.optional(),
  /** RFC 6749 section 6: no new refresh token means that the old one stays. `gone` where it is spent nevertheless. */
  refreshTokenWhenAbsent: z.enum(['keep', 'gone']).default('keep'),
  /** What to do when nobody knows whether a refresh was acted upon. */
  indeterminate: z.enum(['retry', 'reauthorize']).default('retry'),
});

export const TOKEN_KINDS = ['refresh_token', 'access_token'] as const;

const revoke = z.union([
  strict({
    request: request('revoke', { method: 'POST', authentication: 'client' }),
    /** Which tokens are revoked, in this order. Where one takes the whole grant with it, only the first that there is. */
    tokens: z
      .array(z.enum(TOKEN_KINDS))
      .min(1)
      .default([...TOKEN_KINDS]),
    /** RFC 7009 section 2.2: 200, and nothing else. */
    acceptedStatuses: z.array(z.int().min(200).max(499)).min(1).default([200]),
    /** What dies with a token: itself, all tokens of its grant, the app's installation; `unknown` counts as the worst. */
    effect: z.enum(['token', 'family', 'install', 'unknown']).default('unknown'),
  }),
  /** The provider has no way for programs: its page for people. */
  strict({ byUserAt: url() }),
]);

const superseded = z.discriminatedUnion('policy', [
  strict({ policy: z.literal('keep') }),
  strict({ policy: z.literal('revoke'), graceSeconds: z.int().nonnegative().default(0) }),
]);

const use = strict({
  header: z.string().min(1).default('Authorization'),
  /** Before the token, with a space; empty puts the token alone. */
  scheme: z.string().default('Bearer'),
  /** Where tokens may travel, and nowhere else. Empty: no calls on behalf of a connection. */
  baseUrls: z.array(url()).default([]),
  /** By which the API says that the token is no good any more; a fresh one is asked for then. */
  refusedStatuses: z.array(z.int().min(400).max(499)).min(1).default([401]),
});

const test = strict({
  request: request('test', { method: 'GET', authentication: 'access_token' }),
  statuses: z.array(z.int().min(200).max(499)).min(1).default([200]),
  /** What the answer, as JSON, must show. */
  shows: z.array(condition).default([]),
});

/** Departures from the standard that cost safety, and so must be asked for by name. */
export const QUIRKS = ['token_request_by_get'] as const;

const shape = strict({
  manifest: z.literal(1),
  name: z.string().min(1).max(100).optional(),
  documentationUrl: url().optional(),
  /** One paragraph for the admin who registers it. */
  guide: template('guide').optional(),
  /** RFC 8414: the authorization server's own name, character by character. */
  issuer: url().optional(),
  clientAuthentication: z.enum(CLIENT_AUTHENTICATIONS).default('basic'),
  quirks: z.array(z.enum(QUIRKS)).default([]),
  authorize,
  token: tokenRequest,
  answer: answer.prefault({}),
  lifetimes: lifetimes.default({}),
  /** null: this provider has no refresh. */
  refresh: refresh.nullable().prefault({}),
  /** null: nothing is known. */
  revoke: revoke.nullable().default(null),
  superseded: superseded.default({ policy: 'keep' }),
  use: use.prefault({}),
  test: test.nullable().default(null),
});

/** A checked manifest with every default filled in. Reading it again gives the same. */
export type Manifest = z.output<typeof shape>;

/** A manifest as people write it. */
export type ManifestInput = z.input<typeof shape>;

/** How to speak to one API service, as data. Everything has the standard's default; `authorize.url` and `token.url` have none. */
export const manifestSchema = shape.superRefine((manifest, context) => {
  for (const { path, problem, mend } of contradictions(manifest)) {
    context.addIssue({ code: 'custom', path, message: problem, params: { mend } });
  }
});

export type Condition = z.output<typeof condition>;
export type Moment = Manifest['answer']['expires'];
export type ClientAuthentication = Manifest['clientAuthentication'];
export type OAuthErrorCode = (typeof OAUTH_ERRORS)[number];
export type TokenKind = (typeof TOKEN_KINDS)[number];
export type RevokeByRequest = Extract<NonNullable<Manifest['revoke']>, { request: unknown }>;
/** One request, all of it said. */
export type ManifestRequest = RevokeByRequest['request'];
export type TokenRequest = Manifest['token'];

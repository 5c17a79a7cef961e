import { z } from 'zod';
import { JSON_POINTER } from './json-pointer.js';
import { strict } from './request.schema.js';

const pointer = z.string().regex(JSON_POINTER, 'is not a JSON pointer (RFC 6901)');

/** A fact that an answer must show. Exactly one of `absent`, `present`, `equals`. */
const condition = z.union([
  strict({ at: pointer, absent: z.literal(true) }),
  strict({ at: pointer, present: z.literal(true) }),
  strict({ at: pointer, equals: z.union([z.string(), z.number(), z.boolean(), z.null()]) }),
]);

/** What the answer's Content-Type says counts for nothing: text that is JSON is JSON. XML is read as an object: see docs/manifests.md. */
const encoding = z.enum(['json', 'form', 'xml']);

/** By name, where a value stands that later templates may name as `captured.<name>`. */
export const captures = z.record(z.string().regex(/^\w+$/, 'is not a plain name'), pointer);

/** What a good answer is, wherever one is expected: its status, and what its body shows besides. */
export const expectation = {
  statuses: z.array(z.int().min(200).max(499)).min(1).default([200]),
  encoding: encoding.default('json'),
  shows: z.array(condition).default([]),
};

/**
 * `duration`: as ISO 8601 has it (`PT1H30M`), or as people write it (`1 hour 30 minutes`, `30d`).
 */
const momentForms = z.enum(['seconds', 'milliseconds', 'epoch_seconds', 'epoch_milliseconds', 'iso8601', 'duration']);

/** Where a moment stands in an answer, and how it is written. */
const moment = (at: string) => strict({ at: pointer.default(at), as: momentForms.default('seconds') }).prefault({});

/** RFC 6749 section 5.2, 4.1.2.1's two that mean "later", and RFC 8628 section 3.5: what a provider's own error codes can be said to mean. */
export const OAUTH_ERRORS = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'server_error',
  'temporarily_unavailable',
  'authorization_pending',
  'slow_down',
  'access_denied',
  'expired_token',
] as const;

export const errorMeaning = z.enum(OAUTH_ERRORS);

/** A token besides the connection's own, of the same answer. Only what is said is looked for. */
const namedToken = strict({
  accessToken: pointer,
  tokenType: pointer.optional(),
  refreshToken: pointer.optional(),
  expires: strict({ at: pointer, as: momentForms.default('seconds') }).optional(),
  scope: pointer.optional(),
  /** Where things are in the answer to its own refresh; by default where the connection's own token has them. */
  renewed: strict({
    accessToken: pointer.optional(),
    tokenType: pointer.optional(),
    refreshToken: pointer.optional(),
    expires: strict({ at: pointer, as: momentForms.default('seconds') }).optional(),
    scope: pointer.optional(),
  }).optional(),
});

/** Where things are in an answer of the token endpoint, and what makes it one. */
export const answer = strict({
  /** By default every 2xx. */
  statuses: expectation.statuses.unwrap().optional(),
  encoding: expectation.encoding,
  /** What holds in a good answer besides its status: errors come with 200 at some. */
  shows: z.array(condition).default([{ at: '/error', absent: true }]),
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
  /** Scopes that the answer calls otherwise than the request, by the answer's names. */
  scopeNames: z.record(z.string().min(1), z.string().min(1)).default({}),
  /** Scopes that the answer never names: that they aren't there says nothing. */
  unspokenScopes: z.array(z.string().min(1)).default([]),
  /** Further tokens of the same answer, by name: a user's besides a bot's. They are kept apart from it, as secrets. */
  namedTokens: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/, 'is not a plain name'), namedToken).default({}),
  /** An `id_token` is read as its claims: `/id_token/sub`. All other members are kept too, without a name for templates. */
  captures: captures.default({}),
  /** Statuses whose body is searched for an error code; any other refusal passes by itself (RFC 6749 section 5.2). */
  errorStatuses: z.array(z.int().min(400).max(599)).default([400, 401]),
  error: pointer.default('/error'),
  errorDescription: pointer.default('/error_description'),
  /** The provider's own codes, by what they mean in the standard's. */
  errors: z.record(z.string().min(1), errorMeaning).default({}),
  /** What a refusal without any code means, by its status: some answer an empty body. */
  errorsByStatus: z.record(z.string().regex(/^[45]\d\d$/, 'is not a status of a refusal'), errorMeaning).default({}),
});

export type Condition = z.output<typeof condition>;
export type Moment = { at: string; as: z.output<typeof momentForms> };
export type Expectation = { [K in keyof typeof expectation]: z.output<(typeof expectation)[K]> };

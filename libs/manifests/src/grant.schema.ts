import { z } from 'zod';
import { JSON_POINTER } from './json-pointer.js';
import { headers, overlay, requestAuthentication, strict, template, tokenBody, url } from './request.schema.js';

/**
 * How a connection comes by its token. No implicit grant and no password: RFC 9700 sections 2.1.2 and 2.4.
 * `device_code`: RFC 8628; `jwt_bearer`: RFC 7523 section 2.1; `token_exchange`: RFC 8693.
 */
export const GRANTS = [
  'authorization_code',
  'client_credentials',
  'device_code',
  'jwt_bearer',
  'token_exchange',
] as const;

const pointer = z.string().regex(JSON_POINTER, 'is not a JSON pointer (RFC 6901)');
const tokenType = z.string().regex(/^[a-z][a-z0-9+.-]*:\S+$/i, 'is not a URI');

/** RFC 7518 section 3.1, those with a private key: `none` and keys that both sides hold prove nothing here. */
export const ASSERTION_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

/** RFC 7523 section 3: the JWT that the token is asked for with, signed with the API service's own key. */
export const assertion = strict({
  algorithm: z.enum(ASSERTION_ALGORITHMS).default('RS256'),
  /** Whom `aud` names: the token endpoint's URL, or the issuer. Another text is a claim of its own, in `claims`. */
  audience: z.enum(['token_endpoint', 'issuer']).default('token_endpoint'),
  /** Laid over `iss` (the client id), `aud`, `iat`, `exp` and `jti`: a value adds or replaces, null leaves out. */
  claims: overlay('assertion').default({}),
  lifetimeSeconds: z.int().min(30).max(3600).default(300),
  /** How far `iat` lies in the past, where the provider's clock may be behind. */
  backdateSeconds: z.int().nonnegative().max(300).default(0),
});

/** RFC 8693 section 2.1: another connection's token is changed for one of this API service. */
export const exchange = strict({
  subjectTokenType: tokenType.default('urn:ietf:params:oauth:token-type:access_token'),
  /** Sent exactly when the connection names another one that acts. */
  actorTokenType: tokenType.default('urn:ietf:params:oauth:token-type:access_token'),
  /** Then the answer's `issued_token_type` has to be this one. */
  requestedTokenType: tokenType.optional(),
  /** RFC 8707: absolute URIs without fragment; each is a `resource` of its own. */
  resources: z.array(template('token')).default([]),
  /** Each is an `audience` of its own. */
  audiences: z.array(template('token')).default([]),
});

/** RFC 8628 sections 3.1 and 3.2. Laid over the standard's `client_id` and `scope`. */
export const device = strict({
  url: url('device'),
  query: z.record(z.string().min(1), template('device')).default({}),
  headers: headers('device').default({}),
  authentication: requestAuthentication.exclude(['access_token']).default('client'),
  body: tokenBody('device').prefault({}),
  deviceCode: pointer.default('/device_code'),
  userCode: pointer.default('/user_code'),
  verificationUri: pointer.default('/verification_uri'),
  verificationUriComplete: pointer.default('/verification_uri_complete'),
  expires: pointer.default('/expires_in'),
  interval: pointer.default('/interval'),
});

export type GrantType = (typeof GRANTS)[number];
export type AssertionAlgorithm = (typeof ASSERTION_ALGORITHMS)[number];

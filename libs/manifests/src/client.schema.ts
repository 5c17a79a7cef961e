import { z } from 'zod';
import { strict, url } from './request.schema.js';

/** Of the keys that are drawn here (RFC 7518 section 3.1): asymmetric ones only. */
export const KEY_ALGORITHMS = ['ES256', 'ES384', 'ES512', 'PS256', 'RS256', 'EdDSA'] as const;

/** RFC 7523 section 2.2, with RFC 10070: how the client proves itself by `private_key_jwt`, with a key that is drawn here. */
export const clientAssertion = strict({
  algorithm: z.enum(KEY_ALGORITHMS).default('ES256'),
  /** RFC 10070 section 4: the issuer, and nothing else. `token_endpoint` is for old servers: another one could use the assertion. */
  audience: z.enum(['issuer', 'token_endpoint']).default('issuer'),
  /** What the header calls the assertion; `absent` for servers that refuse a type that they don't know. */
  type: z.enum(['client-authentication+jwt', 'absent']).default('client-authentication+jwt'),
  lifetimeSeconds: z.int().min(10).max(300).default(60),
});

/** RFC 9126: what is asked for goes to the provider directly; the browser carries a reference to it. */
export const pushedAuthorization = strict({ url: url('authorize') });

/**
 * RFC 9449: each connection has a key of its own, drawn here, and each of its tokens is good only together with a proof by that key.
 * Tokens of type `DPoP` are accepted then, and only then.
 */
export const dpop = strict({
  algorithm: z.enum(KEY_ALGORITHMS).default('ES256'),
  /** Section 5: a token that came without being bound is discarded. `false`: taken as it is, where the server decides which it binds. */
  required: z.boolean().default(true),
});

/** RFC 8705 section 5: where requests that show the client's certificate go, if elsewhere. */
export const mtlsEndpointAliases = strict({
  token: url('token').optional(),
  revoke: url('revoke').optional(),
  introspect: url('introspect').optional(),
  device: url('device').optional(),
  pushedAuthorization: url('authorize').optional(),
});

export type KeyAlgorithm = (typeof KEY_ALGORITHMS)[number];

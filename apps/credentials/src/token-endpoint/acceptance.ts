import type { TokenGrant } from './token-grant.js';

/** What was made of an answer that is a grant, in plain words. */
export function acceptance({ expiresInSeconds, refreshToken, refreshTokenKept, scope }: TokenGrant): string {
  const life = expiresInSeconds === null ? 'nobody tells how long it lives' : `it lives ${expiresInSeconds} seconds`;
  const next =
    refreshToken === null ? 'no refresh token' : refreshTokenKept ? 'the refresh token stays' : 'a new refresh token';
  return `Accepted: a token (${life}), ${next}, ${scope === null ? 'no scope told' : `scope “${scope}”`}.`;
}

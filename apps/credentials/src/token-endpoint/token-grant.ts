import type { Secret } from '@lockkeeper/sealing';

/** A further token of the same answer, such as a user's besides a bot's. */
export interface NamedToken {
  accessToken: Secret;
  tokenType: string;
  refreshToken: Secret | null;
  /** ISO 8601; null where nobody tells. */
  expiresAt: string | null;
  scope: string | null;
  /** ISO 8601: when it came. Those that were kept by an earlier version don't tell. */
  issuedAt?: string;
}

/** What an answer of the token endpoint gave, whatever its dialect. */
export interface TokenGrant {
  accessToken: Secret;
  /** As the manifest spells it, for instance `Bearer`. */
  tokenType: string;
  /** The new one, or the one that stays good (RFC 6749 section 6). */
  refreshToken: Secret | null;
  /** True if `refreshToken` is the previous one: what was known of its end still holds. */
  refreshTokenKept: boolean;
  /** Counted from the answer's arrival. Null where neither the answer nor the manifest tells: never a guess. */
  expiresInSeconds: number | null;
  refreshTokenExpiresInSeconds: number | null;
  /** As granted, space separated; what was asked for or granted before, where the answer is silent (RFC 6749 section 5.1). */
  scope: string | null;
  /** What its tokens are bound to (RFC 9449); null or left out where no key was proved. */
  dpopKey?: Secret | null;
  /** By the names that the manifest gives them; those of earlier answers stay until a newer one comes. */
  namedTokens: Record<string, NamedToken>;
  /** All other members of the answers so far, newer over older, and by name what the manifest captures. May hold personal data. */
  captured: Record<string, unknown>;
}

/** What a refresh of its own gave a named token. */
export function namedTokenOf(grant: TokenGrant, receivedAt: string): NamedToken {
  const { accessToken, tokenType, refreshToken, expiresInSeconds: seconds, scope } = grant;
  const expiresAt = seconds === null ? null : new Date(Date.parse(receivedAt) + seconds * 1000).toISOString();
  return { accessToken, tokenType, refreshToken, expiresAt, scope, issuedAt: receivedAt };
}

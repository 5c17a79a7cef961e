import type { ConnectionStatus, TokenUse } from '@lockkeeper/contracts';

/** What this workspace holds of one connection: the newest publication that it took in, its token sealed. */
export interface HeldConnection {
  id: string;
  apiService: string;
  user: string;
  status: ConnectionStatus;
  version: number;
  revision: number;
  /** Sealed under this workspace's own key ring; null where there is no token to hand out. */
  accessToken: string | null;
  /** Sealed JSON: what was filled in at a generic API service, as calls carry it; null of all others. */
  credential: string | null;
  /** Sealed JSON: tokens besides its own, by name; null where there are none. */
  namedTokens: string | null;
  /** Sealed JWK: the private key that the token is bound to (RFC 9449); null of all others. */
  dpopKey: string | null;
  tokenType: string | null;
  scope: string | null;
  /** When this version's token was issued, as near as publications tell. */
  issuedAt: Date | null;
  /** Null where the token's lifetime is unknown. */
  expiresAt: Date | null;
  tokenUse: TokenUse;
  reason: string | null;
  occurredAt: Date;
}

/** Until when the token may be handed out, in milliseconds since 1970 by the database's clock; -Infinity where there is none to hand out. */
export function livesUntil({
  status,
  accessToken,
  expiresAt,
}: Pick<HeldConnection, 'status' | 'accessToken' | 'expiresAt'>): number {
  if (status === 'revoked' || accessToken === null) return Number.NEGATIVE_INFINITY;
  return expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
}

/** RFC 9449 section 5: good only together with a proof of its key. */
export const isBound = ({ tokenType }: Pick<HeldConnection, 'tokenType'>): boolean =>
  tokenType?.toLowerCase() === 'dpop';

/** Like `tokenPlace`, for the credential. */
export const credentialPlace = (connectionId: string) => ({
  table: 'connections',
  id: connectionId,
  column: 'credential',
});

/** Like `tokenPlace`, for the key that the token is bound to. */
export const dpopKeyPlace = (connectionId: string) => ({ table: 'connections', id: connectionId, column: 'dpop_key' });

/** Like `tokenPlace`, for the tokens besides the connection's own. */
export const namedTokensPlace = (connectionId: string) => ({
  table: 'connections',
  id: connectionId,
  column: 'named_tokens',
});

/** Bound into every sealed token, so that it opens in its own row only. */
export const tokenPlace = (connectionId: string) => ({
  table: 'connections',
  id: connectionId,
  column: 'access_token',
});

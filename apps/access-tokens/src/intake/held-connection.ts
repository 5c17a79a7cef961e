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

/** Bound into every sealed token, so that it opens in its own row only. */
export const tokenPlace = (connectionId: string) => ({
  table: 'connections',
  id: connectionId,
  column: 'access_token',
});

/** Which connections are meant: those to which every member that is there applies. Without any: all of them. */
export interface OrderScope {
  connections?: string[];
  /** A slug. */
  apiService?: string;
  user?: string;
  /** A consumer's id: connections whose tokens it read. */
  consumer?: string;
  /** Connections whose tokens were read, by anybody or by the consumer, at this moment or later; ISO 8601. */
  since?: string;
  /** … and before this moment. */
  until?: string;
}

export type OrderStatus = 'selecting' | 'running' | 'done';

/**
 * `reissued`: the connection lives on with a newer token, and the old one was handed to revocation. `revoked`: it ended, and its user has
 * to consent anew. `nothing_left`: it held no token any more. `failed`: it could not be done, and `detail` says why.
 */
export type ItemState = 'waiting' | 'reissued' | 'revoked' | 'nothing_left' | 'failed';

export interface OrderRequest {
  scope: OrderScope;
  /** Where a refresh token survives, a newer token is fetched at once; else, and without it, the connection ends. */
  reissue: boolean;
  /** How many connections are begun in a second, by all replicas together. */
  perSecond: number;
}

export interface RevocationOrder extends OrderRequest {
  id: string;
  status: OrderStatus;
  /** What it waits for; null while it goes on. */
  waitsBecause: string | null;
  requestedBy: string;
  requestId: string | null;
  createdAt: Date;
  finishedAt: Date | null;
}

export interface OrderItem {
  connectionId: string;
  /** Of the token that was exposed; null before it was looked at. */
  version: number | null;
  attempts: number;
}

/** Only access-tokens knows who read what. */
export const asksAboutReading = ({ consumer, since, until }: OrderScope): boolean =>
  consumer !== undefined || since !== undefined || until !== undefined;

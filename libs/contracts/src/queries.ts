/** What credentials may ask of access-tokens. No answer holds a token, or anything that one could be made of. */
export const QUERIES = { exposures: 'lockkeeper.queries.exposures' } as const;

/** One competing group: each question reaches one replica of access-tokens. */
export const QUERIES_QUEUE = 'access-tokens';

/** `lockkeeper.queries.exposures`: which consumers read which connections' tokens. Each member narrows it down. */
export interface ExposuresQuery {
  connectionIds?: string[];
  /** A consumer's id. */
  consumer?: string;
  /** Read at this moment or later; ISO 8601. */
  since?: string;
  /** Read before this moment; ISO 8601. */
  until?: string;
  /** The `next` of the page before. */
  after?: string;
  limit: number;
}

/** One consumer's knowledge of one connection's tokens. */
export interface ExposureFact {
  connectionId: string;
  consumerId: string;
  /** Null if the consumer was removed. */
  consumerName: string | null;
  /** The newest version that it read. */
  lastVersion: number;
  firstAt: string;
  lastAt: string;
}

export interface ExposuresReply {
  exposures: ExposureFact[];
  /** Where the next page goes on; null if there is none. */
  next: string | null;
}

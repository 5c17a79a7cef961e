/** Where a connection stands. credentials decides; access-tokens repeats it to consumers. */
export type ConnectionStatus = 'pending' | 'active' | 'refresh_failing' | 'reauthorization_required' | 'revoked';

/** Why this publication was made; decides which event access-tokens emits. */
export type PublicationCause = 'authorized' | 'rotated' | 'status_changed' | 'revoked' | 'notice' | 'republished';

/** The token that consumers get. The only secret that ever crosses the lock. */
export interface PublishedToken {
  accessToken: string;
  /** As RFC 6749 section 5.1 names it, for instance `Bearer`. */
  tokenType: string;
  /** Granted scope, space separated; null if the provider never said and none was asked for. */
  scope: string | null;
  /** ISO 8601; null where the provider gave no lifetime and the manifest knows none. */
  expiresAt: string | null;
}

/** How the token may be used, from the manifest: where it may travel and in which form. */
export interface TokenUse {
  /** Absolute URLs; nothing outside of them may ever receive the token. Empty: no proxy calls. */
  baseUrls: string[];
  header: string;
  /** Put before the token, with one space; an empty string puts the token alone. */
  scheme: string;
  /** The token travels in this parameter of the query instead of the header; null nearly everywhere. */
  query: string | null;
  /** What every call needs besides the token. */
  headers: Record<string, string>;
  /** Statuses by which the API says that it doesn't take the token any more. Left out: 401 alone. */
  refusedStatuses?: number[];
}

/**
 * A whole snapshot of one connection as consumers may know it: the newest one alone is enough to fill an empty database.
 * Ordered by (version, revision); whatever isn't greater than what is held is old and ignored.
 */
export interface Publication {
  connectionId: string;
  apiService: string;
  user: string;
  status: ConnectionStatus;
  /** Counts the connection's tokens. */
  version: number;
  /** Counts the connection's publications: orders those that carry no new token. */
  revision: number;
  cause: PublicationCause;
  /** Null once revoked, and where no token is left that could be used. */
  token: PublishedToken | null;
  use: TokenUse;
  /** In plain words, why the status is what it is; null while active. */
  reason: string | null;
  /** ISO 8601: when credentials made this fact true. */
  occurredAt: string;
}

/** JetStream's de-duplication id: one per token, one per further change of the same token's connection. */
export function publicationMessageId(
  publication: Pick<Publication, 'connectionId' | 'version' | 'revision' | 'cause'>,
): string {
  const { connectionId, version, revision, cause } = publication;
  const token = cause === 'authorized' || cause === 'rotated';
  return token ? `${connectionId}:${version}` : `${connectionId}:${version}:${revision}`;
}

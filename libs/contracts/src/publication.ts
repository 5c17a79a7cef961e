/** Where a connection stands. credentials decides; access-tokens repeats it to consumers. */
export type ConnectionStatus = 'pending' | 'active' | 'refresh_failing' | 'reauthorization_required' | 'revoked';

/** Why this publication was made; decides which event access-tokens emits. */
export type PublicationCause =
  | 'authorized'
  | 'rotated'
  | 'status_changed'
  | 'revoked'
  | 'notice'
  | 'expiring' // the forecast says that it dies in so many days
  | 'republished';

/** When a connection dies if nobody does anything, as it was announced. */
export interface DeathForecast {
  /** ISO 8601. */
  diesAt: string;
  /** In plain words. */
  because: string;
  /** Of the announcements 30, 7 and 1 days ahead, the one that was made last. */
  daysAhead: number;
}

/** A token came with less than was asked for, or than the one before it could do. */
export interface ScopeReduction {
  /** The version that can do less. */
  version: number;
  lost: string[];
}

/** The token that consumers get, and what it is of no use without. No other secret ever crosses the lock. */
export interface PublishedToken {
  accessToken: string;
  /** As RFC 6749 section 5.1 names it, for instance `Bearer`. */
  tokenType: string;
  /** Granted scope, space separated; null if the provider never said and none was asked for. */
  scope: string | null;
  /** ISO 8601; null where the provider gave no lifetime and the manifest knows none. */
  expiresAt: string | null;
  /** With the type `DPoP` (RFC 9449): the private key that the token is bound to, a JWK with its `alg`. As secret as the token. */
  dpopKey?: string | null;
  /** Of generic API services: takes the place of what `use` says of headers and queries. */
  credential?: PublishedCredential | null;
}

/** What a user filled in at a generic API service, as calls carry it. All of it is secret. */
export interface PublishedCredential {
  /** Whether `accessToken` is the credential, which consumers may read. Else it is a mere name, and calls go through the proxy. */
  readable: boolean;
  /** Names in lower case. */
  headers: Record<string, string>;
  query: Record<string, string>;
  /** Members to be laid into each call's body; `encoding` is for calls that have none. */
  body: { encoding: 'json' | 'form'; parameters: Record<string, string> } | null;
}

/** A token besides the connection's own, such as a user's besides a bot's. */
export interface PublishedNamedToken extends Omit<PublishedToken, 'credential' | 'dpopKey'> {
  /** The connection's version at which it came. */
  version: number;
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
  /** What its JSON says when it doesn't, whatever the status: any one of them. `path` leads to the member. */
  refusedAnswers?: { path: string[]; equals: string | number | boolean }[];
}

/** Why a user is asked to reauthorize: the grant is dead, it will be, or somebody wants it. */
export type NoticeCause = 'reauthorization_required' | 'expiring' | 'requested';

/** By which ways people are asked. */
export type NoticeChannel = 'email' | 'webhook' | 'event';

/** What became of the newest sending by one way. `skipped`: that way is wanted, and can't be gone. */
export interface NoticePassage {
  channel: NoticeChannel;
  status: 'pending' | 'delivered' | 'failed' | 'skipped' | 'cancelled';
  /** ISO 8601: when it came to that; null while pending. */
  settledAt: string | null;
}

/** A connection's newest notice, as consumers may know it: neither where it went, nor the link that mends the connection. */
export interface PublishedNotice {
  id: string;
  /** Of its opening, as is `reason`. */
  cause: NoticeCause;
  /** In plain words. */
  reason: string;
  /** `consumer:<id>`, `key:<id>`, `rotation` and so on. */
  requestedBy: string;
  /** ISO 8601. */
  openedAt: string;
  /** ISO 8601: when it first reached somebody, by mail or webhook; null if it has not yet. */
  sentAt: string | null;
  channels: NoticePassage[];
  /** ISO 8601; null while nobody acted on it. */
  closedAt: string | null;
  closedBecause: 'reauthorized' | 'revoked' | null;
  /** The last time that consumers themselves were asked by it: at which revision of the connection, and why; null if never. */
  asked: { revision: number; reason: string } | null;
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
  /** The version at which `token` came, where the connection has tokens besides it; left out: `version`. */
  tokenVersion?: number;
  /** Further tokens of the same grant, by the names that the manifest gives them. */
  namedTokens?: Record<string, PublishedNamedToken>;
  use: TokenUse;
  /** In plain words, why the status is what it is; null while active. */
  reason: string | null;
  /** The announcement that stands; null or left out while none does. */
  forecast?: DeathForecast | null;
  /** The last time that a new token could do less; null or left out if none ever did since the last consent. */
  scopeReduction?: ScopeReduction | null;
  /** The newest one, open or closed; null or left out if there never was one. */
  notice?: PublishedNotice | null;
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

/** Whether requests with our client are of any use. `client_fault`: the provider refuses it, or it is frozen, as the reason says; nothing is said about any grant. */
export type ApiServiceHealth = 'active' | 'client_fault';

/**
 * What consumers may know of an API service itself: whether its client works. Whole, like a connection's, and ordered by its revision.
 * It travels under `lockkeeper.publications.<id of the API service>`.
 */
export interface ApiServicePublication {
  apiServiceId: string;
  apiService: string;
  status: ApiServiceHealth;
  /** Counts the API service's publications. */
  revision: number;
  /** In plain words; null while active. */
  reason: string | null;
  /** ISO 8601: when credentials made this fact true. */
  occurredAt: string;
}

export const apiServiceMessageId = ({ apiServiceId, revision }: ApiServicePublication): string =>
  `${apiServiceId}:${revision}`;

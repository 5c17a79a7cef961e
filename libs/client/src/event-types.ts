export type ConnectionStatus = 'pending' | 'active' | 'refresh_failing' | 'reauthorization_required' | 'revoked';

/** Of a connection, as it is after the event. Never a token. */
export interface ConnectionEventData {
  apiService: string;
  user: string;
  /** Counts the connection's tokens. */
  version: number;
  status: ConnectionStatus;
  /** ISO 8601; null if unknown, or if there is no token. */
  expiresAt: string | null;
  /** Tells tokens apart, and proves nothing; null if there never was one. */
  fingerprint: string | null;
  /** In plain words; null while all is well. */
  reason: string | null;
}

export interface RotationEventData extends ConnectionEventData {
  /** The name of the token, where it is not the connection's own. */
  token?: string;
}

export interface ExpiringEventData extends ConnectionEventData {
  /** ISO 8601: when it dies if nothing happens. */
  diesAt: string;
  /** Why, in plain words. */
  because: string;
  /** 30, 7 or 1. */
  daysAhead: number;
}

export interface ScopeEventData extends ConnectionEventData {
  /** What this version can't do any more. */
  lostScopes: string[];
}

/** Of an API service itself: whether its provider accepts its client. */
export interface ClientFaultEventData {
  apiService: string;
  user: null;
  version: null;
  /** `active`: it is accepted again. */
  status: 'client_fault' | 'active';
  expiresAt: null;
  fingerprint: null;
  /** In plain words; null once it is accepted again. */
  reason: string | null;
}

interface EventData {
  'connection.authorized': ConnectionEventData;
  'token.rotated': RotationEventData;
  'token.revoked': ConnectionEventData;
  'connection.reauthorization_required': ConnectionEventData;
  'connection.refresh_failing': ConnectionEventData;
  'connection.expiring': ExpiringEventData;
  scope_reduced: ScopeEventData;
  'api_service.client_fault': ClientFaultEventData;
}

export type EventType = keyof EventData;

/** CloudEvents 1.0. */
interface CloudEvent<T extends EventType> {
  specversion: '1.0';
  /** The same whenever the same event is told again. */
  id: string;
  source: string;
  type: T;
  /** The connection's id, or the API service's. */
  subject: string;
  time: string;
  datacontenttype: 'application/json';
  data: EventData[T];
}

/** Told apart by `type`. One that is newer than this package comes as it is: leave a `default` for it. */
export type LockkeeperEvent<T extends EventType = EventType> = { [K in T]: CloudEvent<K> }[T];

/** An event, and where it stands in the stream: with it `events({ lastEventId })` goes on after it. Null over NATS, which remembers by itself. */
export type HeardEvent<T extends EventType = EventType> = LockkeeperEvent<T> & { readonly lastEventId: string | null };

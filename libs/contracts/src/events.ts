import type { ApiServiceHealth, ConnectionStatus } from './publication.js';

export const EVENT_TYPES = [
  'connection.authorized',
  'token.rotated',
  'token.revoked',
  'connection.reauthorization_required',
  'connection.refresh_failing',
  'connection.expiring',
  'scope_reduced',
  'api_service.client_fault',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Never a token: what changed, and by which version to ask for it. */
export interface EventData {
  apiService: string;
  /** Null where the event is the API service's own: `api_service.client_fault`. */
  user: string | null;
  /** The connection's; null in `api_service.client_fault`. */
  version: number | null;
  /** The connection's. In `api_service.client_fault` that of the API service's client: `active` says that it is accepted again. */
  status: ConnectionStatus | ApiServiceHealth;
  /** ISO 8601; null if unknown or if there is no token. */
  expiresAt: string | null;
  /**
   * Of the token that the event is about, the last one that there was once it is gone; null if there never was one. An HMAC under a key
   * of the workspace: it tells tokens apart, and proves nothing to whoever doesn't hold that key.
   */
  fingerprint: string | null;
  /** In plain words. */
  reason: string | null;
  /** In `token.rotated`: the name of the token, where it is not the connection's own. */
  token?: string;
  /** In `connection.expiring`: when it dies if nothing happens (ISO 8601). */
  diesAt?: string;
  /** In `connection.expiring`: why, in plain words. */
  because?: string;
  /** In `connection.expiring`: 30, 7 or 1. */
  daysAhead?: number;
  /** In `scope_reduced`: what this version can't do any more. */
  lostScopes?: string[];
}

/**
 * CloudEvents 1.0, structured JSON. `subject` is the connection's id, in `api_service.client_fault` the API service's;
 * `id` is the same whenever the same event is sent again.
 */
export interface LockkeeperEvent {
  specversion: '1.0';
  id: string;
  source: '/lockkeeper/access-tokens';
  type: EventType;
  subject: string;
  time: string;
  datacontenttype: 'application/json';
  data: EventData;
}

import type { ConnectionStatus } from './publication.js';

export const EVENT_TYPES = [
  'connection.authorized',
  'token.rotated',
  'token.revoked',
  'connection.reauthorization_required',
  'connection.refresh_failing',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Never a token: what changed, and by which version to ask for it. */
export interface EventData {
  apiService: string;
  user: string;
  version: number;
  status: ConnectionStatus;
  /** ISO 8601; null if unknown or if there is no token. */
  expiresAt: string | null;
  reason: string | null;
}

/** CloudEvents 1.0, structured JSON. `subject` is the connection's id; `id` is the same whenever the same event is sent again. */
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

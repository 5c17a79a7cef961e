import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { LockkeeperEvent } from '@lockkeeper/contracts';
import { Alarm } from '@lockkeeper/messaging';
import type { EntityManager } from 'typeorm';
import { mayHear } from '../consumers/entitlements.js';
import { TRIED_FOR_SECONDS } from './retry-schedule.js';

const PUT = `
  INSERT INTO webhook_deliveries
    (webhook_id, event_id, message_id, type, api_service, user_id, subject, payload, expires_at)
  SELECT w.id, told.id, told."messageId", told.type, told."apiService", told.user_id, told.subject, told.payload,
    now() + make_interval(secs => ${TRIED_FOR_SECONDS})
  FROM jsonb_to_recordset($1::jsonb) AS told (id text, "messageId" text, type text, "apiService" text,
    user_id text, subject text, payload text, place integer)
  JOIN webhooks w ON w.status = 'enabled'
    AND (w.types = '{}' OR told.type = ANY(w.types)) AND (w.api_services = '{}' OR told."apiService" = ANY(w.api_services))
  WHERE ${mayHear({ consumer: 'w.consumer_id', apiService: 'told."apiService"', user: 'told.user_id' })}
  ORDER BY told.place
  ON CONFLICT (webhook_id, event_id) DO NOTHING`;

/** What webhooks are to be told: queued in the transaction that makes it true, for each webhook that may hear of it. */
@Injectable()
export class WebhookQueue {
  /** Rung when there is something new: the dispatcher needn't wait for its next look. */
  readonly news = new Alarm();

  /** One connection's events come in their order: the caller holds its lock. */
  async put(manager: EntityManager, events: LockkeeperEvent[]): Promise<void> {
    if (events.length > 0) await manager.query(PUT, [JSON.stringify(events.map(asRow))]);
  }
}

const asRow = (event: LockkeeperEvent, place: number) => ({
  place,
  id: event.id,
  messageId: messageIdOf(event.id),
  type: event.type,
  apiService: event.data.apiService,
  user_id: event.data.user,
  subject: event.subject,
  payload: JSON.stringify(event),
});

/** The same for the same event. Not the event's own id: that holds a full stop, which separates the parts of what is signed. */
const messageIdOf = (eventId: string): string =>
  `msg_${createHash('sha256').update(eventId, 'utf8').digest('base64url').slice(0, 27)}`;

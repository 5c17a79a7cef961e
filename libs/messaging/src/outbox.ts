import { REQUEST_ID_HEADER } from '@lockkeeper/contracts';
import { currentRequestId } from '@lockkeeper/observability';
import type { DataSource, EntityManager } from 'typeorm';

export interface OutboxMessage {
  /** Messages with the same key leave in the order in which they were put in. */
  orderingKey: string;
  subject: string;
  /** The same whenever the same fact is told again. */
  messageId: string;
  payload: string;
}

export interface OutboxRow extends OutboxMessage {
  id: string;
  headers: Record<string, string>;
  /** Stream sequence of the key's last message that the stream acknowledged; null if none ever was. */
  head: number | null;
}

export interface PublishedRow {
  id: string;
  orderingKey: string;
  streamSequence: number;
}

export interface Backlog {
  pending: number;
  oldestAgeSeconds: number;
}

/** What an app's migration has to create. */
export const OUTBOX_TABLES = [
  `CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ordering_key text NOT NULL,
    subject text NOT NULL,
    message_id text NOT NULL UNIQUE,
    payload text NOT NULL,
    headers jsonb,
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
  'CREATE INDEX outbox_by_key ON outbox (ordering_key, id)',
  'CREATE TABLE outbox_heads (ordering_key text PRIMARY KEY, stream_sequence bigint NOT NULL)',
];

/**
 * Puts a message into the caller's transaction: it leaves if, and only if, that commits.
 * The lock makes ids follow the order of commits within a key: without it a transaction that took its id first could commit last.
 */
export const enqueue = (manager: EntityManager, message: OutboxMessage): Promise<void> =>
  enqueueAll(manager, [message]);

/** Several, in their order. The locks are taken in the order of their keys, so that two who enqueue several can't wait for one another. */
export async function enqueueAll(manager: EntityManager, messages: readonly OutboxMessage[]): Promise<void> {
  const requestId = currentRequestId();
  const headers = requestId ? { [REQUEST_ID_HEADER]: requestId } : {};
  const keys = [...new Set(messages.map(({ orderingKey }) => `outbox:${orderingKey}`))];
  await manager.query(
    `WITH locked AS MATERIALIZED (
       SELECT pg_advisory_xact_lock(lock) FROM (
         SELECT hashtextextended(key, 0) AS lock FROM unnest($6::text[]) AS key ORDER BY lock) AS ordered),
     messages AS MATERIALIZED (
       SELECT m.* FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
         WITH ORDINALITY AS m (ordering_key, subject, message_id, payload, place)
       WHERE (SELECT count(*) FROM locked) > 0 ORDER BY m.place)
     INSERT INTO outbox (ordering_key, subject, message_id, payload, headers)
     SELECT ordering_key, subject, message_id, payload, $5::jsonb FROM messages`,
    [
      ...[messages.map(({ orderingKey }) => orderingKey), messages.map(({ subject }) => subject)],
      ...[messages.map(({ messageId }) => messageId), messages.map(({ payload }) => payload), JSON.stringify(headers)],
      keys,
    ],
  );
}

/**
 * Claims for this transaction the oldest message of each key, and never a later one: as long as the oldest is locked or there, the next has to wait.
 * @param leaveOut keys to leave alone for now
 */
export async function claimOldest(manager: EntityManager, limit: number, leaveOut: string[]): Promise<OutboxRow[]> {
  const rows: Record<string, unknown>[] = await manager.query(
    `SELECT o.id, o.ordering_key, o.subject, o.message_id, o.payload, o.headers, h.stream_sequence
       FROM outbox o LEFT JOIN outbox_heads h USING (ordering_key)
      WHERE o.ordering_key <> ALL ($2)
        AND NOT EXISTS (SELECT FROM outbox earlier WHERE earlier.ordering_key = o.ordering_key AND earlier.id < o.id)
      ORDER BY o.id
      LIMIT $1
        FOR UPDATE OF o SKIP LOCKED`,
    [limit, leaveOut],
  );
  return rows.map((row) => ({
    id: String(row.id),
    orderingKey: row.ordering_key as string,
    subject: row.subject as string,
    messageId: row.message_id as string,
    payload: row.payload as string,
    headers: (row.headers ?? {}) as Record<string, string>,
    head: row.stream_sequence === null ? null : Number(row.stream_sequence),
  }));
}

/** Whether one of the keys `$1` has a message besides those with the ids `$2`: its turn has come. One look into an index for each key. */
const NEXT_LEFT = `SELECT EXISTS (
    SELECT FROM unnest($1::text[]) AS published (key) CROSS JOIN LATERAL (
      SELECT FROM outbox o WHERE o.ordering_key = published.key AND o.id <> ALL ($2::bigint[]) LIMIT 1) AS next) AS "isLeft"`;

/** @returns whether later messages of the same keys wait */
export async function removePublished(manager: EntityManager, published: PublishedRow[]): Promise<boolean> {
  if (published.length === 0) return false;
  const [next] = await manager.query<[{ isLeft: boolean }]>(
    `WITH removed AS (DELETE FROM outbox WHERE id = ANY ($2::bigint[])) ${NEXT_LEFT}`,
    [published.map((row) => row.orderingKey), published.map((row) => row.id)],
  );
  return next.isLeft;
}

/** As `removePublished`; and remembers of each key where its last message is in the stream. */
export async function replacePublishedByHeads(manager: EntityManager, published: PublishedRow[]): Promise<boolean> {
  if (published.length === 0) return false;
  const [next] = await manager.query<[{ isLeft: boolean }]>(
    `WITH removed AS (DELETE FROM outbox WHERE id = ANY ($2::bigint[])),
     heads AS (
       INSERT INTO outbox_heads (ordering_key, stream_sequence) SELECT * FROM unnest($1::text[], $3::bigint[])
       ON CONFLICT (ordering_key) DO UPDATE SET stream_sequence = EXCLUDED.stream_sequence)
     ${NEXT_LEFT}`,
    [
      published.map((row) => row.orderingKey),
      published.map((row) => row.id),
      published.map((row) => row.streamSequence),
    ],
  );
  return next.isLeft;
}

export async function backlogOf(dataSource: DataSource): Promise<Backlog> {
  const [row]: { pending: number; age: number }[] = await dataSource.query(
    `SELECT count(*)::int AS pending, coalesce(extract(epoch FROM now() - min(created_at)), 0)::float AS age FROM outbox`,
  );
  return { pending: row?.pending ?? 0, oldestAgeSeconds: row?.age ?? 0 };
}
